import type { TodoItem } from '@atelier/contracts/todos';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { TemporaryWorkspace } from '../../test/temporary-workspace.ts';
import { type AnyTool, type ToolOutcome, type Workspace, type WorkspaceEntry, WorkspaceError } from '../ports.ts';
import { workspaceTools } from './workspace-tools.ts';

function toolsOf(workspace: Workspace, saved: (readonly TodoItem[])[] = []) {
  const tools = workspaceTools(workspace, { save: async (items) => void saved.push(items) });
  function named(name: string): AnyTool {
    const tool = tools.find((candidate) => candidate.name === name);
    if (!tool) throw new Error(`There is no tool ${name}.`);
    return tool;
  }
  return {
    tools,
    title: (name: string, input: object) => named(name).prepare(input).title,
    run: (name: string, input: object, signal = new AbortController().signal): Promise<ToolOutcome> =>
      named(name)
        .prepare(input)
        .execute({ signal, emit: () => undefined }),
  };
}

/** A workspace of made-up files, for what would be too many to write. */
function crowd(count: number, text = 'needle'): Workspace {
  const entries = Array.from({ length: count }, (_, index): WorkspaceEntry => {
    const name = `${String(index).padStart(4, '0')}.md`;
    return { path: name, name, kind: 'file', size: text.length };
  });
  return {
    list: async () => entries,
    async *walk() {
      yield* entries;
    },
    readText: async () => text,
    writeText: async () => 'created',
    remove: async () => undefined,
  };
}

describe('the tools', () => {
  test('have names and descriptions, and refuse arguments they do not know', async () => {
    await using workspace = await TemporaryWorkspace.with();
    const { tools } = toolsOf(workspace);

    expect(tools.map(({ name }) => name)).toEqual([
      'list_files',
      'read_file',
      'write_file',
      'edit_file',
      'multi_edit',
      'apply_patch',
      'find_files',
      'search_files',
      'update_todos',
    ]);
    for (const tool of tools) {
      expect(tool.description).toMatch(/\.$/);
      expect(() => tool.prepare({ shell: 'rm -rf /' })).toThrow(z.ZodError);
      expect(z.toJSONSchema(tool.input, { io: 'input' })).toMatchObject({
        type: 'object',
        additionalProperties: false,
      });
    }
  });

  test.each([
    ['list_files', {}, 'List files'],
    ['list_files', { path: 'src' }, 'List src'],
    ['read_file', { path: 'a.md' }, 'Read a.md'],
    ['write_file', { path: 'a.md', text: '' }, 'Write a.md'],
    ['edit_file', { path: 'a.md', oldText: 'a', newText: 'b' }, 'Edit a.md'],
    ['multi_edit', { path: 'a.md', edits: [{ oldText: 'a', newText: 'b' }] }, 'Edit a.md in 1 place'],
    ['apply_patch', { patch: '--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-a\n+b\n' }, 'Patch a.md'],
    ['apply_patch', { patch: 'no patch' }, 'Apply a patch'],
    ['find_files', { pattern: '*.md' }, 'Find *.md'],
    ['search_files', { text: 'TODO' }, 'Search for TODO'],
    [
      'update_todos',
      {
        items: [
          { text: 'a', state: 'done' },
          { text: 'b', state: 'doing' },
        ],
      },
      'Update todo list (1/2)',
    ],
  ])('say what a call of %s with %j is for', async (name, input, title) => {
    await using workspace = await TemporaryWorkspace.with();

    expect(toolsOf(workspace).title(name, input)).toBe(title);
  });

  test.each([
    ['read_file', { path: '../secret' }],
    ['write_file', { path: '../secret', text: 'x' }],
    ['edit_file', { path: '/etc/passwd', oldText: 'root', newText: 'me' }],
    ['list_files', { path: '..' }],
  ])('let %s with %j not lead outside', async (name, input) => {
    await using workspace = await TemporaryWorkspace.with();

    await expect(toolsOf(workspace).run(name, input)).rejects.toThrow(WorkspaceError);
  });
});

describe('list_files', () => {
  test('lists directories with a slash and files with their size', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'hello', 'src/b.ts': '' });
    const { run } = toolsOf(workspace);

    expect(await run('list_files', {})).toEqual({ output: 'a.md (5 bytes)\nsrc/' });
    expect(await run('list_files', { path: 'src' })).toEqual({ output: 'src/b.ts (0 bytes)' });
  });

  test('says when there is nothing', async () => {
    await using workspace = await TemporaryWorkspace.with();

    expect(await toolsOf(workspace).run('list_files', {})).toEqual({ output: 'There are no files here.' });
  });

  test('lists a thousand and counts the rest', async () => {
    const lines = (await toolsOf(crowd(1002)).run('list_files', {})).output.split('\n');

    expect(lines).toHaveLength(1001);
    expect(lines.at(-1)).toBe('… and 2 more');
  });
});

describe('read_file', () => {
  const file = { 'a.md': 'one\ntwo\nthree\nfour' };

  test.each([
    [{}, 'one\ntwo\nthree\nfour'],
    [{ fromLine: 3 }, 'three\nfour'],
    [{ lines: 2 }, 'one\ntwo'],
    [{ fromLine: 2, lines: 2 }, 'two\nthree'],
    [{ fromLine: 4, lines: 100 }, 'four'],
  ])('reads with %j', async (range, output) => {
    await using workspace = await TemporaryWorkspace.with(file);

    expect(await toolsOf(workspace).run('read_file', { path: 'a.md', ...range })).toEqual({ output });
  });

  test('says how long a file is that ends before the line', async () => {
    await using workspace = await TemporaryWorkspace.with(file);

    expect(await toolsOf(workspace).run('read_file', { path: 'a.md', fromLine: 5 })).toEqual({
      output: 'The file has only 4 lines.',
      isError: true,
    });
  });

  test('cannot read what is not there', async () => {
    await using workspace = await TemporaryWorkspace.with();

    await expect(toolsOf(workspace).run('read_file', { path: 'gone.md' })).rejects.toThrow(WorkspaceError);
  });
});

describe('write_file', () => {
  test('makes the directories it needs, and says what it did, in bytes', async () => {
    await using workspace = await TemporaryWorkspace.with();
    const { run } = toolsOf(workspace);

    expect(await run('write_file', { path: 'src/new/a.md', text: 'né' })).toEqual({
      output: 'Created src/new/a.md (3 bytes).',
    });
    expect(await run('write_file', { path: 'src/new/a.md', text: '' })).toEqual({
      output: 'Replaced src/new/a.md (0 bytes).',
    });
    expect(await workspace.readText('src/new/a.md')).toBe('');
  });
});

describe('edit_file', () => {
  test('replaces the one place, to the letter', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'cost: (x+y)* $1' });

    expect(await toolsOf(workspace).run('edit_file', { path: 'a.md', oldText: '(x+y)*', newText: '$& $1' })).toEqual({
      output: 'Replaced 1 place in a.md.',
    });
    expect(await workspace.readText('a.md')).toBe('cost: $& $1 $1');
  });

  test.each([
    ['does not hold', 'z', 'does not hold that text'],
    ['holds more than once', 'a', 'holds that text 3 times'],
  ])('refuses a text that the file %s, and changes nothing', async (_name, oldText, words) => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'banana' });

    const editing = toolsOf(workspace).run('edit_file', { path: 'a.md', oldText, newText: 'o' });

    await expect(editing).rejects.toThrow(words);
    await expect(editing).rejects.toBeInstanceOf(WorkspaceError);
    expect(await workspace.readText('a.md')).toBe('banana');
  });

  test('replaces every place when it is told to', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'banana' });

    expect(await toolsOf(workspace).run('edit_file', { path: 'a.md', oldText: 'a', newText: 'aa', all: true })).toEqual(
      { output: 'Replaced 3 places in a.md.' },
    );
    expect(await workspace.readText('a.md')).toBe('baanaanaa');
  });
});

describe('multi_edit', () => {
  const edits = [
    { oldText: 'one', newText: 'two' },
    { oldText: 'two', newText: 'three', all: true },
  ];

  test('makes its edits one after the other, and writes once', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'one two' });

    expect(await toolsOf(workspace).run('multi_edit', { path: 'a.md', edits })).toEqual({
      output: 'Replaced 3 places in a.md.',
    });
    expect(await workspace.readText('a.md')).toBe('three three');
  });

  test('makes none when one does not fit, and says which', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'one two' });

    const editing = toolsOf(workspace).run('multi_edit', {
      path: 'a.md',
      edits: [...edits, { oldText: 'four', newText: 'five' }],
    });

    await expect(editing).rejects.toThrow('a.md, as edit 3 finds it, does not hold that text');
    expect(await workspace.readText('a.md')).toBe('one two');
  });
});

describe('find_files', () => {
  const files = { 'a.md': '', 'src/b.md': '', 'src/deep/c.ts': '', 'src/d.ts': '', '.env': '' };

  test.each([
    ['*.md', 'a.md\nsrc/b.md'],
    ['src/**/*.ts', 'src/d.ts\nsrc/deep/c.ts'],
    ['src/*.ts', 'src/d.ts'],
    ['.env', '.env'],
    ['*.{md,ts}', 'a.md\nsrc/b.md\nsrc/d.ts\nsrc/deep/c.ts'],
    ['*.py', 'No file matches *.py.'],
  ])('finds %s', async (pattern, output) => {
    await using workspace = await TemporaryWorkspace.with(files);

    expect(await toolsOf(workspace).run('find_files', { pattern })).toEqual({ output });
  });

  test('names five hundred and counts the rest', async () => {
    const lines = (await toolsOf(crowd(503)).run('find_files', { pattern: '*' })).output.split('\n');

    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toBe('… and 3 more');
  });
});

describe('search_files', () => {
  const files = {
    'a.md': 'Hello\n  say hello again  \nbye',
    'src/b.ts': 'const hello = 1;',
    'srcs/c.ts': 'hello',
    'image.png': new Uint8Array([0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x00]),
  };

  test.each([
    [{}, 'a.md:1: Hello\na.md:2: say hello again\nsrc/b.ts:1: const hello = 1;\nsrcs/c.ts:1: hello'],
    [{ exact: true }, 'a.md:2: say hello again\nsrc/b.ts:1: const hello = 1;\nsrcs/c.ts:1: hello'],
    [{ path: 'src' }, 'src/b.ts:1: const hello = 1;'],
    [{ path: './src/' }, 'src/b.ts:1: const hello = 1;'],
    [{ path: 'a.md', exact: true }, 'a.md:2: say hello again'],
    [{ path: 'nowhere' }, 'Nothing holds "hello".'],
  ])('finds lines of text files with %j', async (where, output) => {
    await using workspace = await TemporaryWorkspace.with(files);

    expect(await toolsOf(workspace).run('search_files', { text: 'hello', ...where })).toEqual({ output });
  });

  test('takes the text as it is, not as a pattern', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'a.md': 'axb\na.b' });

    expect(await toolsOf(workspace).run('search_files', { text: 'a.b' })).toEqual({ output: 'a.md:2: a.b' });
  });

  test('shows two hundred lines, none of them long', async () => {
    const { output } = await toolsOf(crowd(300, `needle ${'x'.repeat(1000)}`)).run('search_files', { text: 'needle' });
    const lines = output.split('\n');

    expect(lines).toHaveLength(201);
    expect(lines[0]).toBe(`0000.md:1: needle ${'x'.repeat(293)}`);
    expect(lines.at(-1)).toBe('… only the first 200 are shown');
  });

  test('leaves out what is too large to read', async () => {
    const entry: WorkspaceEntry = { path: 'big.md', name: 'big.md', kind: 'file', size: 1024 * 1024 + 1 };
    const workspace: Workspace = {
      ...crowd(0),
      async *walk() {
        yield entry;
      },
    };

    expect((await toolsOf(workspace).run('search_files', { text: 'needle' })).output).toBe('Nothing holds "needle".');
  });

  test('does not take a fault of ours for a file that cannot be read', async () => {
    const workspace: Workspace = { ...crowd(1), readText: () => Promise.reject(new TypeError('a bug')) };

    await expect(toolsOf(workspace).run('search_files', { text: 'x' })).rejects.toThrow(TypeError);
  });

  test.each([
    ['search_files', { text: 'needle' }],
    ['find_files', { pattern: '*' }],
  ])('and %s stop when they are told to', async (name, input) => {
    await expect(toolsOf(crowd(3)).run(name, input, AbortSignal.abort('stopped'))).rejects.toBe('stopped');
  });
});

describe('update_todos', () => {
  test('keeps the whole list and says how long it is', async () => {
    const saved: (readonly TodoItem[])[] = [];
    const items = [{ text: 'one', state: 'open' }];

    expect(await toolsOf(crowd(0), saved).run('update_todos', { items })).toEqual({
      output: 'The list has 1 item now.',
    });
    expect(saved).toEqual([items]);
  });

  test('does not save a list that is not valid', () => {
    const saved: (readonly TodoItem[])[] = [];
    const { title } = toolsOf(crowd(0), saved);

    expect(() => title('update_todos', { items: [{ text: 'a\u0000', state: 'open' }] })).toThrow(z.ZodError);
    expect(saved).toEqual([]);
  });
});
