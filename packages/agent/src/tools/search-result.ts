export const maxMatches = 200;
/** Files larger than this are not searched. */
export const maxSearchedBytes = 1024 * 1024;
/** A search ends by itself after this long and says that it did. */
export const maxSearchMs = 10_000;
const maxLine = 300;

export interface Search {
  readonly text: string;
  /** Relative, without a slash at either end; empty for the whole workspace. */
  readonly root: string;
  readonly exact: boolean;
}

export interface Match {
  readonly path: string;
  /** From 1. */
  readonly number: number;
  readonly line: string;
}

/** `end`: whether everything was searched, or there was no time or no room for more. */
export interface SearchResult {
  readonly matches: readonly Match[];
  readonly end: 'whole' | 'many' | 'time';
}

/** What a search found as the model reads it, whoever searched. */
export function describeMatches({ matches, end }: SearchResult, text: string): string {
  const lines = matches.map(({ path, number, line }) => `${path}:${number}: ${line.trim().slice(0, maxLine)}`);
  if (end === 'time') return [...lines, '… stopped after ten seconds'].join('\n');
  if (end === 'many') return [...lines, `… only the first ${maxMatches} are shown`].join('\n');
  return lines.length === 0 ? `Nothing holds "${text}".` : lines.join('\n');
}
