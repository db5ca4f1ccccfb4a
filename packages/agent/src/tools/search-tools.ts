import picomatch from 'picomatch';
import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import {
  type AnyTool,
  type Shell,
  type ToolContext,
  type Workspace,
  type WorkspaceEntry,
  WorkspaceError,
} from '../ports.ts';
import { searchByRipgrep } from './ripgrep-search.ts';
import {
  describeMatches,
  type Match,
  maxMatches,
  maxSearchedBytes,
  maxSearchMs,
  type Search,
  type SearchResult,
} from './search-result.ts';

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const findFilesInput = z.strictObject({ pattern: z.string().min(1).max(200) });
const searchFilesInput = z.strictObject({
  text: z.string().min(1).max(500),
  path: z.string().max(1024).default(''),
  exact: z.boolean().default(false),
});

const maxFound = 500;

export function findFiles(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'find_files',
    effect: 'read',
    description: 'Finds files of the workspace by name, with a glob: "*.md" anywhere, "src/**/*.ts" below src.',
    input: findFilesInput,
    title: (input) => `Find ${input.pattern}`,
    async execute({ pattern }, { signal }) {
      const isMatch = picomatch(pattern, { dot: true, matchBase: !pattern.includes('/'), maxLength: 200 });
      const found: string[] = [];
      let left = 0;
      for await (const entry of workspace.walk()) {
        signal.throwIfAborted();
        if (!isMatch(entry.path)) continue;
        if (found.length < maxFound) found.push(entry.path);
        else left += 1;
      }
      if (found.length === 0) return { output: `No file matches ${pattern}.` };
      return { output: [...found, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n') };
    },
  });
}

export function searchFiles(workspace: Workspace, ripgrep: Shell | null): AnyTool {
  return defineTool({
    name: 'search_files',
    effect: 'read',
    description:
      'Finds lines that hold a text, in all text files or below one path. Capitals count only when `exact` is set.',
    input: searchFilesInput,
    title: (input) => `Search for ${input.text}`,
    async execute(input, context) {
      const search = { ...input, root: rootOf(input.path) };
      const found =
        ripgrep && !/[\r\n]/.test(input.text)
          ? await onlyReadable(workspace, await searchByRipgrep(ripgrep, search, context))
          : await searchByReading(workspace, search, context);
      return { output: describeMatches(found, input.text) };
    },
  });
}

/** What the workspace itself would not read, such as a file that has a second name elsewhere, is not told either. */
async function onlyReadable(workspace: Workspace, { matches, end }: SearchResult): Promise<SearchResult> {
  const readable = new Map<string, boolean>();
  for (const { path } of matches) {
    if (readable.has(path)) continue;
    const isReadable = await workspace.readText(path).then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkspaceError) return false;
        throw error;
      },
    );
    readable.set(path, isReadable);
  }
  return { matches: matches.filter(({ path }) => readable.get(path)), end };
}

/** Without a program: every file is read. */
async function searchByReading(
  workspace: Workspace,
  { text, root, exact }: Search,
  { signal }: ToolContext,
): Promise<SearchResult> {
  const fold = (value: string) => (exact ? value : value.toLowerCase());
  const wanted = fold(text);
  const matches: Match[] = [];
  const startedAt = performance.now();
  for await (const entry of workspace.walk()) {
    signal.throwIfAborted();
    if (performance.now() - startedAt > maxSearchMs) return { matches, end: 'time' };
    if (!isBelow(entry, root)) continue;
    const content = await textOf(workspace, entry);
    if (content === null) continue;
    for (const [index, line] of content.split('\n').entries()) {
      if (!fold(line).includes(wanted)) continue;
      if (matches.length === maxMatches) return { matches, end: 'many' };
      matches.push({ path: entry.path, number: index + 1, line });
    }
  }
  return { matches, end: 'whole' };
}

function rootOf(path: string): string {
  const root = path.replace(/^\.?\/+|(?<!\/)\/+$/g, '');
  return root === '.' ? '' : root;
}

function isBelow(entry: WorkspaceEntry, root: string): boolean {
  return root === '' || entry.path === root || entry.path.startsWith(`${root}/`);
}

/** Null for what is not text, too large, or gone since it was listed. */
async function textOf(workspace: Workspace, entry: WorkspaceEntry): Promise<string | null> {
  if (entry.size > maxSearchedBytes) return null;
  try {
    return await workspace.readText(entry.path);
  } catch (error) {
    if (error instanceof WorkspaceError) return null;
    throw error;
  }
}
