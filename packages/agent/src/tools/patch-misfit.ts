import { WorkspaceError } from '../ports.ts';

const maxShownLines = 6;

/** A hunk that finds no place, in words that a model can mend it by. */
export function misfit(hunk: {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  /** The lines that it looks for. */
  readonly wanted: readonly string[];
  /** The line it said it stands on. */
  readonly at?: number | undefined;
}): WorkspaceError {
  const { name, number, wanted, at } = hunk;
  const place = at === undefined ? '' : `, for line ${at},`;
  const shown = wanted.slice(0, maxShownLines).map((line) => `  ${line}`);
  const left = wanted.length - shown.length;
  return new WorkspaceError(
    [
      `Hunk ${number}${place} of ${name} does not fit: the file has no such lines in a row. Nothing was changed. It looks for:`,
      ...shown,
      ...(left > 0 ? [`  … and ${left} more lines`] : []),
      'Read the file and make the patch from what stands there.',
    ].join('\n'),
  );
}
