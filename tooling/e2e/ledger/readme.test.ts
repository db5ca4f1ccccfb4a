import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { RunningProgram } from '../src/program.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

test('the example of the README compiles, runs, and prints the stream', async () => {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(example.trim().split('\n').length).toBeLessThanOrEqual(32);

  const directory = path.join(root, 'tooling/e2e/results/readme');
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, 'example.ts'), example);
  const tsconfig = { extends: '../../../tsconfig/base.json', include: ['*.ts'] };
  await writeFile(path.join(directory, 'tsconfig.json'), JSON.stringify(tsconfig));
  await run('tsc7', ['-p', directory], { cwd: directory });

  await using program = await RunningProgram.start({ env: { OFFLINE_WORD_MS: '1' } });
  const { stdout } = await run('tsx', ['example.ts'], {
    cwd: directory,
    env: { ...process.env, ATELIER_URL: program.url },
  });
  expect(stdout).toContain('Done. Created notes.md');
  expect(stdout).toContain('notes.md: hello from a program');
});

test('the README names both lines, and CI runs the second', async () => {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const lines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, line]) => line?.trim());
  expect(lines).toContain('npm ci && npm start');
  expect(lines).toContain('npm ci && npm test');
  expect(await readFile(path.join(root, '.ci/run'), 'utf8')).toContain('\nnpm ci && npm test\n');
});

test('every command the documents name exists', async () => {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
  });
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    await readFile(path.join(root, 'package.json'), 'utf8'),
  );
  const builtIn = ['ci', 'install', 'exec', 'audit'];
  const unknown: string[] = [];
  for (const file of stdout.trim().split('\n')) {
    const text = await readFile(path.join(root, file), 'utf8');
    for (const [, command = '', script] of text.matchAll(/\bnpm (ci|install|exec|audit|start|test|run ([\w:-]+))/g)) {
      const name = script ?? command;
      if (!builtIn.includes(name) && !(name in scripts)) unknown.push(`${file}: npm run ${name}`);
    }
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
      const target = path.resolve(root, path.dirname(file), link);
      await readFile(target).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EISDIR') unknown.push(`${file} links to ${link}`);
      });
    }
  }
  expect(unknown).toEqual([]);
});
