import picomatch from 'picomatch';
import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import { type AnyTool, type Workspace, type WorkspaceEntry, WorkspaceError } from '../ports.ts';

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const findFilesInput = z.strictObject({ pattern: z.string().min(1).max(200) });
const searchFilesInput = z.strictObject({
  text: z.string().min(1).max(500),
  path: z.string().max(1024).default(''),
  exact: z.boolean().default(false),
});

const maxFound = 500;
const maxMatches = 200;
const maxLine = 300;
/** Files larger than this are not searched. */
const maxFileBytes = 1024 * 1024;
/** A search ends by itself after this long and says that it did. */
const maxMs = 10_000;

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

export function searchFiles(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'search_files',
    effect: 'read',
    description:
      'Finds lines that hold a text, in all text files or below one path. Capitals count only when `exact` is set.',
    input: searchFilesInput,
    title: (input) => `Search for ${input.text}`,
    async execute({ text, path, exact }, { signal }) {
      const fold = (value: string) => (exact ? value : value.toLowerCase());
      const wanted = fold(text);
      const matches: string[] = [];
      const startedAt = performance.now();
      for await (const entry of workspace.walk()) {
        signal.throwIfAborted();
        if (performance.now() - startedAt > maxMs)
          return { output: [...matches, '… stopped after ten seconds'].join('\n') };
        if (!isBelow(entry, path)) continue;
        const content = await textOf(workspace, entry);
        if (content === null) continue;
        for (const [index, line] of content.split('\n').entries()) {
          if (!fold(line).includes(wanted)) continue;
          matches.push(`${entry.path}:${index + 1}: ${line.trim().slice(0, maxLine)}`);
          if (matches.length === maxMatches)
            return { output: [...matches, `… only the first ${maxMatches} are shown`].join('\n') };
        }
      }
      return { output: matches.length === 0 ? `Nothing holds "${text}".` : matches.join('\n') };
    },
  });
}

function isBelow(entry: WorkspaceEntry, path: string): boolean {
  const root = path.replace(/^\.?\/+|(?<!\/)\/+$/g, '');
  return root === '' || root === '.' || entry.path === root || entry.path.startsWith(`${root}/`);
}

/** Null for what is not text, too large, or gone since it was listed. */
async function textOf(workspace: Workspace, entry: WorkspaceEntry): Promise<string | null> {
  if (entry.size > maxFileBytes) return null;
  try {
    return await workspace.readText(entry.path);
  } catch (error) {
    if (error instanceof WorkspaceError) return null;
    throw error;
  }
}
