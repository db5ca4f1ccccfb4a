import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { localShell } from '../../test/local-shell.ts';
import { TemporaryWorkspace } from '../../test/temporary-workspace.ts';
import { searchFiles } from './search-tools.ts';

const context = { signal: new AbortController().signal, emit: () => undefined };

/** What both ways of searching say. */
async function bothSay(workspace: TemporaryWorkspace, input: object) {
  const shell = localShell(workspace.root);
  const ofRipgrep = await searchFiles(workspace, shell).prepare(input).execute(context);
  const ofReading = await searchFiles(workspace, null).prepare(input).execute(context);
  return { ripgrep: ofRipgrep.output, reading: ofReading.output, ran: shell.ran };
}

const files = {
  '.gitignore': 'ignored.md\n',
  '.hidden/x.md': 'needle of a hidden folder',
  'a.md': 'Needle\n  and a needle  \nnothing',
  'ignored.md': 'needle that git ignores',
  'image.png': new Uint8Array([0x6e, 0x65, 0x65, 0x64, 0x6c, 0x65, 0x0a, 0x00]),
  'src/[b]/c{1}*!.ts': 'a needle in an odd name',
  'src/b/d.ts': 'const needle = "-needle" + $(id);',
  'src/e.ts': `needle ${'x'.repeat(2000)}`,
  'srcs/f.ts': 'a needle elsewhere',
};

test.each([
  { text: 'needle' },
  { text: 'needle', exact: true },
  { text: 'needle', path: 'src' },
  { text: 'needle', path: './src/' },
  { text: 'needle', path: 'src/[b]' },
  { text: 'needle', path: 'src/[b]/c{1}*!.ts' },
  { text: 'needle', path: 'a.md' },
  { text: 'needle', path: 'nowhere' },
  { text: 'needle', path: '../..' },
  { text: '-needle' },
  { text: '--pre=id' },
  { text: '$(id)' },
  { text: '"; id' },
  { text: 'needle\nid' },
  { text: 'n.*e' },
  { text: 'nothing here' },
])('ripgrep finds what reading every file finds: %j', async (input) => {
  await using workspace = await TemporaryWorkspace.with(files);

  const { ripgrep, reading } = await bothSay(workspace, input);

  expect(ripgrep).toBe(reading);
});

test('links are not followed, not even when one is searched', async () => {
  await using outside = await TemporaryWorkspace.with({ 'secret.md': 'needle outside' });
  await using workspace = await TemporaryWorkspace.with({ 'a.md': 'needle inside' });
  await symlink(outside.root, path.join(workspace.root, 'link'));
  await symlink(path.join(outside.root, 'secret.md'), path.join(workspace.root, 'secret.md'));

  for (const where of ['', 'link', 'link/secret.md', 'secret.md']) {
    const shell = localShell(workspace.root);
    const { output } = await searchFiles(workspace, shell).prepare({ text: 'needle', path: where }).execute(context);
    expect(output).not.toContain('outside');
  }
});

test('the text stands behind --regexp, as an argument of its own, and no configuration is read', async () => {
  await using workspace = await TemporaryWorkspace.with({ 'a.md': 'x' });
  await writeFile(path.join(workspace.root, '.ripgreprc'), '--pre=id');

  const { ran } = await bothSay(workspace, { text: '--pre=id' });

  const argv = ran[0]?.argv ?? [];
  expect(argv.slice(0, 2)).toEqual(['rg', '--no-config']);
  expect(argv.slice(-4)).toEqual(['--regexp', '--pre=id', '--', '.']);
});

test('a search that finds too much is stopped, and says so', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${1000 + index}.md`, 'needle\n']));
  await using workspace = await TemporaryWorkspace.with({ ...many, 'long.md': 'needle\n'.repeat(500) });

  const { ripgrep, reading } = await bothSay(workspace, { text: 'needle' });
  expect(ripgrep.split('\n')).toHaveLength(201);
  expect(ripgrep).toBe(reading);

  const inOne = await bothSay(workspace, { text: 'needle', path: 'long.md' });
  expect(inOne.ripgrep.split('\n').at(-1)).toBe('… only the first 200 are shown');
  expect(inOne.ripgrep).toBe(inOne.reading);
});
