import * as z from 'zod';
import type { Shell, ToolContext } from '../ports.ts';
import {
  type Match,
  maxMatches,
  maxSearchedBytes,
  maxSearchMs,
  type Search,
  type SearchResult,
} from './search-result.ts';

/** A line of `rg --json`, as far as it is of use. What is no UTF-8 comes as `bytes`, and is no text for us. */
const ripgrepEntry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begin') }),
  z.object({
    type: z.literal('match'),
    data: z.object({
      path: z.object({ text: z.string().optional() }),
      lines: z.object({ text: z.string().optional() }),
      line_number: z.number(),
    }),
  }),
  z.object({ type: z.literal('end'), data: z.object({ binary_offset: z.number().nullable() }) }),
  z.object({ type: z.literal('summary') }),
]);

/**
 * Has ripgrep search, in the sandbox. It is given its arguments one by one, with the text behind `--`, follows no links, reads
 * no configuration or ignore files, and is stopped when there is no room for more.
 */
export async function searchByRipgrep(
  shell: Shell,
  search: Search,
  { signal, trace }: ToolContext,
): Promise<SearchResult> {
  const enough = new AbortController();
  const found = new FoundMatches();
  let rest = '';
  const end = await shell.run(
    { argv: argumentsFor(search), directory: '' },
    {
      timeoutMs: maxSearchMs,
      signal: AbortSignal.any([signal, enough.signal]),
      isReadOnly: true,
      trace,
      onOutput(text) {
        if (enough.signal.aborted) return;
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) found.read(line);
        if (found.areTooMany) enough.abort();
      },
    },
  );
  signal.throwIfAborted();
  return found.result(end.message !== null);
}

function argumentsFor({ text, root, exact }: Search): readonly string[] {
  return [
    ...['rg', '--no-config', '--json', '--no-messages', '--sort', 'path', '--threads', '1'],
    ...['--hidden', '--no-ignore', '--no-follow', '--one-file-system', '--encoding', 'none'],
    ...['--max-filesize', String(maxSearchedBytes), '--max-count', String(maxMatches + 1)],
    ...['--fixed-strings', exact ? '--case-sensitive' : '--ignore-case'],
    ...(root === '' ? [] : ['--glob', `/${escapeGlob(root)}`, '--glob', `/${escapeGlob(root)}/**`]),
    ...['--regexp', text, '--', '.'],
  ];
}

function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]{}!]/g, '\\$&');
}

/** Matches as they come; those of a file are kept once its end says that it is text. */
class FoundMatches {
  readonly #matches: Match[] = [];
  #ofFile: Match[] = [];

  get areTooMany(): boolean {
    return this.#matches.length > maxMatches;
  }

  read(line: string): void {
    const entry = ripgrepEntry.safeParse(parse(line)).data;
    if (entry?.type === 'begin') this.#ofFile = [];
    if (entry?.type === 'match') {
      const { path, lines, line_number: number } = entry.data;
      if (path.text !== undefined && lines.text !== undefined) {
        this.#ofFile.push({ path: path.text.replace(/^\.\//, ''), number, line: lines.text });
      }
    }
    if (entry?.type === 'end' && entry.data.binary_offset === null) this.#matches.push(...this.#ofFile);
  }

  result(wasLimited: boolean): SearchResult {
    if (this.areTooMany) return { matches: this.#matches.slice(0, maxMatches), end: 'many' };
    return { matches: this.#matches, end: wasLimited ? 'time' : 'whole' };
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
