import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { RunningProgram } from '../src/program.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The block of commands in the checklist that holds these words. */
async function blockWith(words: string): Promise<string> {
  const text = await readFile(path.join(root, 'docs/operations/hardening.md'), 'utf8');
  const block = [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, lines = '']) => lines)
    .find((lines) => lines.includes(words));
  if (block === undefined) throw new Error(`The checklist has no command with ${words}.`);
  return block;
}

test('the checks of the hardening list say what the list says they do', async () => {
  const env = { LIMIT_AUTH_BY_ADDRESS: '10', METRICS_TOKEN: 'a-token-for-metrics', TRUST_PROXY: '0' };
  await using program = await RunningProgram.start({ env });
  const shell = async (script: string) => {
    const variables = {
      ...process.env,
      ATELIER_URL: program.url,
      DATA_DIR: program.dataDirectory,
      ATELIER_PREBUILT: '1',
    };
    return (await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env: variables })).stdout;
  };

  expect((await shell(await blockWith('X-Forwarded-For'))).trim().split('\n')).toEqual([
    ...Array(10).fill('401'),
    ...Array(5).fill('429'),
  ]);
  const foreign = (await blockWith('Host: evil.example')).replace('http://127.0.0.1:3000', program.url);
  expect((await shell(foreign)).trim()).toBe('400');
  expect((await shell(await blockWith('/metrics'))).trim()).toBe('404');
  expect(await shell(await blockWith('npm run verify-audit'))).toContain('"problems":0');
  expect(await shell(await blockWith('npm run rotate-keys'))).toMatch(/"unreadable":0/);
});
