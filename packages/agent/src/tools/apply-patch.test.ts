import { describe, expect, test } from 'vitest';
import { TemporaryWorkspace } from '../../test/temporary-workspace.ts';
import { WorkspaceError } from '../ports.ts';
import { applyPatchTool } from './apply-patch.ts';
import { pathsIn } from './read-patch.ts';

async function patch(workspace: TemporaryWorkspace, text: string): Promise<string> {
  const call = applyPatchTool(workspace).prepare({ patch: text });
  return (await call.execute({ signal: new AbortController().signal, emit: () => undefined })).output;
}

async function contents(workspace: TemporaryWorkspace): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { path } of workspace.walk()) found[path] = await workspace.readText(path);
  return found;
}

const files = {
  'src/a.ts': 'one\ntwo\nthree\nfour\nfive\n',
  'old.md': 'gone soon\n',
  'name.md': 'a\nb\n',
};

const unified = `diff --git a/src/a.ts b/src/a.ts
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,3 @@
 one
-two
+2
 three
@@ -4,2 +4,3 @@
 four
 five
+six
diff --git a/new/b.ts b/new/b.ts
new file mode 100644
--- /dev/null
+++ b/new/b.ts
@@ -0,0 +1 @@
+made
diff --git a/old.md b/old.md
deleted file mode 100644
--- a/old.md
+++ /dev/null
@@ -1 +0,0 @@
-gone soon
diff --git a/name.md b/names/moved.md
similarity index 50%
rename from name.md
rename to names/moved.md
--- a/name.md
+++ b/names/moved.md
@@ -1,2 +1,2 @@
-a
+A
 b
`;

const envelope = `*** Begin Patch
*** Update File: src/a.ts
@@
 one
-two
+2
 three
@@ four
 five
+six
*** End of File
*** Add File: new/b.ts
+made
*** Delete File: old.md
*** Update File: name.md
*** Move to: names/moved.md
@@
-a
+A
 b
*** End Patch`;

describe.each([
  ['a unified diff', unified],
  ['a patch between its marks', envelope],
])('%s', (_name, text) => {
  test('changes, adds, removes and moves files', async () => {
    await using workspace = await TemporaryWorkspace.with(files);

    expect(await patch(workspace, text)).toBe(
      ['Changed src/a.ts.', 'Added new/b.ts.', 'Removed old.md.', 'Moved name.md to names/moved.md.'].join('\n'),
    );

    expect(await contents(workspace)).toEqual({
      'src/a.ts': 'one\n2\nthree\nfour\nfive\nsix\n',
      'new/b.ts': 'made\n',
      'names/moved.md': 'A\nb\n',
    });
  });

  test('changes nothing when one hunk does not fit, and says which and what it looks for', async () => {
    const other = { ...files, 'name.md': 'x\nb\n' };
    await using workspace = await TemporaryWorkspace.with(other);

    const applying = patch(workspace, text);

    await expect(applying).rejects.toThrow(/^Hunk 1.* of (names\/moved|name)\.md does not fit/);
    await expect(applying).rejects.toThrow('It looks for:\n  a\n  b\n');
    await expect(applying).rejects.toBeInstanceOf(WorkspaceError);
    expect(await contents(workspace)).toEqual(other);
  });

  test('names the second hunk when the first one fits', async () => {
    await using workspace = await TemporaryWorkspace.with({ ...files, 'src/a.ts': 'one\ntwo\nthree\nfour\n5\n' });

    await expect(patch(workspace, text)).rejects.toThrow(/^Hunk 2.* of src\/a\.ts does not fit/);
  });

  test('is put back whole when a file cannot be written', async () => {
    await using workspace = await TemporaryWorkspace.with(files);
    const remove = workspace.remove.bind(workspace);
    // The disk says no at the last change.
    workspace.remove = async (name) => {
      if (name === 'name.md') throw new WorkspaceError('The disk is full.');
      await remove(name);
    };

    await expect(patch(workspace, text)).rejects.toThrow('The disk is full.');

    expect(await contents(workspace)).toEqual(files);
  });

  test('adds no file over another', async () => {
    const there = { ...files, 'new/b.ts': 'mine\n' };
    await using workspace = await TemporaryWorkspace.with(there);

    await expect(patch(workspace, text)).rejects.toThrow('new/b.ts exists already. Nothing was changed.');
    expect(await contents(workspace)).toEqual(there);
  });

  test('changes no file that is not there', async () => {
    await using workspace = await TemporaryWorkspace.with({ 'name.md': 'a\nb\n' });

    await expect(patch(workspace, text)).rejects.toThrow('There is no file src/a.ts. Nothing was changed.');
  });

  test('names every path it has to do with, for whoever judges it', () => {
    expect(pathsIn(text)).toEqual([
      ...['src/a.ts', 'src/a.ts', 'new/b.ts', 'old.md'],
      ...['name.md', 'names/moved.md'],
    ]);
  });
});

test('a hunk finds its lines where they have moved to', async () => {
  await using workspace = await TemporaryWorkspace.with({ 'a.md': `${'\n'.repeat(30)}one\ntwo\n` });

  await patch(workspace, '--- a.md\n+++ a.md\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n');

  expect(await workspace.readText('a.md')).toBe(`${'\n'.repeat(30)}one\n2\n`);
});

test.each([
  '--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-one\n+1\n',
  '*** Begin Patch\n*** Update File: a.md\n@@\n-one\n+1\n*** End Patch',
])('lines keep the endings of their file: %j', async (text) => {
  await using workspace = await TemporaryWorkspace.with({ 'a.md': 'one\r\ntwo\r\n' });

  await patch(workspace, text);

  expect(await workspace.readText('a.md')).toBe('1\r\ntwo\r\n');
});

test('files that the same patch changes twice are changed twice', async () => {
  await using workspace = await TemporaryWorkspace.with({ 'a.md': 'one\n' });
  const update = (from: string, to: string) => `*** Update File: a.md\n@@\n-${from}\n+${to}\n`;

  await patch(workspace, `*** Begin Patch\n${update('one', 'two')}${update('two', 'three')}*** End Patch`);

  expect(await workspace.readText('a.md')).toBe('three\n');
});

test.each([
  ['no patch at all', 'do it please', /does not name its files|changes no file/],
  ['a count that is wrong', '--- a/a.md\n+++ b/a.md\n@@ -1,5 +1,2 @@\n one\n-two\n', /^The patch cannot be read: /],
  ['no end', '*** Begin Patch\n*** Delete File: a.md', 'has no line "*** End Patch"'],
  ['no file', '*** Begin Patch\n+one\n*** End Patch', 'names no file before "+one"'],
  ['a new file without signs', '*** Begin Patch\n*** Add File: b.md\none\n*** End Patch', 'begins with "+"'],
  ['a line without a sign', '*** Begin Patch\n*** Update File: a.md\n@@\none\n*** End Patch', 'begins with none of'],
])('%s is told to the model in words', async (_name, text, words) => {
  await using workspace = await TemporaryWorkspace.with({ 'a.md': 'one\ntwo\n' });

  await expect(patch(workspace, text)).rejects.toThrow(words);
  expect(await workspace.readText('a.md')).toBe('one\ntwo\n');
});

test.each(['../a.md', '/etc/passwd', 'x/../../a.md', '//etc/passwd'])('no patch leads outside: %s', async (path) => {
  await using workspace = await TemporaryWorkspace.with();

  await expect(patch(workspace, `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch`)).rejects.toThrow(
    WorkspaceError,
  );
});
