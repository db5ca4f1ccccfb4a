import * as z from 'zod';
import { defineTool } from '../define-tool.ts';
import { type AnyTool, type Workspace, WorkspaceError } from '../ports.ts';

const maxListed = 1000;
const path = z.string().max(1024);

// Made once: a schema is turned into JSON Schema the first time, and found again after that.
const listFilesInput = z.strictObject({
  path: path.default('').describe('The directory; empty for the workspace itself.'),
});
const readFileInput = z.strictObject({
  path: path.min(1),
  fromLine: z.number().int().min(1).optional().describe('First line, from 1.'),
  lines: z.number().int().min(1).max(5000).optional().describe('How many lines.'),
});
const writeFileInput = z.strictObject({ path: path.min(1), text: z.string() });
const exactEdit = z.strictObject({
  oldText: z.string().min(1),
  newText: z.string(),
  all: z.boolean().default(false),
});
const editFileInput = exactEdit.extend({ path: path.min(1) });
const multiEditInput = z.strictObject({
  path: path.min(1),
  edits: z.array(exactEdit).min(1).max(200).describe('Made one after the other: each sees what those before it did.'),
});

export function listFiles(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'list_files',
    effect: 'read',
    description: 'Lists the files and directories in one directory of the workspace.',
    input: listFilesInput,
    title: (input) => (input.path === '' ? 'List files' : `List ${input.path}`),
    async execute(input) {
      const entries = await workspace.list(input.path);
      if (entries.length === 0) return { output: 'There are no files here.' };
      const lines = entries
        .slice(0, maxListed)
        .map((entry) => (entry.kind === 'directory' ? `${entry.path}/` : `${entry.path} (${entry.size} bytes)`));
      const left = entries.length - lines.length;
      return { output: [...lines, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n') };
    },
  });
}

export function readFile(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'read_file',
    effect: 'read',
    description: 'Reads a text file of the workspace, whole or a range of lines.',
    input: readFileInput,
    title: (input) => `Read ${input.path}`,
    async execute(input) {
      const text = await workspace.readText(input.path);
      if (input.fromLine === undefined && input.lines === undefined) return { output: text };
      const all = text.split('\n');
      const first = (input.fromLine ?? 1) - 1;
      const part = all.slice(first, first + (input.lines ?? 2000));
      if (part.length === 0) return { output: `The file has only ${all.length} lines.`, isError: true };
      return { output: part.join('\n') };
    },
  });
}

export function writeFile(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'write_file',
    effect: 'write',
    description: 'Writes a text file of the workspace, and the directories it needs. What was there is replaced.',
    input: writeFileInput,
    title: (input) => `Write ${input.path}`,
    async execute(input) {
      const kind = await workspace.writeText(input.path, input.text);
      return {
        output: `${kind === 'created' ? 'Created' : 'Replaced'} ${input.path} (${Buffer.byteLength(input.text)} bytes).`,
      };
    },
  });
}

export function editFile(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'edit_file',
    effect: 'write',
    description: 'Replaces an exact text in a file. The old text must occur once, unless `all` is set.',
    input: editFileInput,
    title: (input) => `Edit ${input.path}`,
    async execute({ path, ...edit }) {
      const { text, count } = replaceExactly(await workspace.readText(path), edit, path);
      await workspace.writeText(path, text);
      return { output: `Replaced ${count} ${count === 1 ? 'place' : 'places'} in ${path}.` };
    },
  });
}

export function multiEdit(workspace: Workspace): AnyTool {
  return defineTool({
    name: 'multi_edit',
    effect: 'write',
    description:
      'Makes several exact replacements in one file, one after the other: all of them, or none when one does not fit.',
    input: multiEditInput,
    title: ({ path, edits }) => `Edit ${path} in ${edits.length} ${edits.length === 1 ? 'place' : 'places'}`,
    async execute({ path, edits }) {
      let text = await workspace.readText(path);
      let places = 0;
      for (const [index, edit] of edits.entries()) {
        const replaced = replaceExactly(text, edit, `${path}, as edit ${index + 1} finds it,`);
        text = replaced.text;
        places += replaced.count;
      }
      await workspace.writeText(path, text);
      return { output: `Replaced ${places} ${places === 1 ? 'place' : 'places'} in ${path}.` };
    },
  });
}

/** @throws WorkspaceError when the text is not there, or in more places than one was meant. */
function replaceExactly(text: string, { oldText, newText, all }: z.infer<typeof exactEdit>, where: string) {
  const pieces = text.split(oldText);
  const count = pieces.length - 1;
  if (count === 0) {
    throw new WorkspaceError(`${where} does not hold that text. Read it first and copy the text exactly.`);
  }
  if (count > 1 && !all) {
    throw new WorkspaceError(`${where} holds that text ${count} times. Give more of what is around it, or set all.`);
  }
  return { text: pieces.join(newText), count };
}
