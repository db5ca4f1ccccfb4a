import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isPassable } from '../../src/passable.ts';
import type { AttemptResult } from './run-attempts.ts';

/** Somebody who owns nothing, and is neither the server nor the sandbox's user. */
const ordinary = { uid: 60_998, gid: 60_998 };
const repository = path.resolve(import.meta.dirname, '../../../..');
const program = 'packages/sandbox/test/escapes/run-attempts.ts';
const maxBytes = 16 * 1024 * 1024;

/** Makes every attempt in a process of its own. As root it can be an ordinary user's. */
export async function attemptsAs(user: 'this user' | 'an ordinary user'): Promise<readonly AttemptResult[]> {
  if (user === 'this user') return await run(process.execPath, [path.join(repository, program)]);
  const asUser = ['setpriv', `--reuid=${ordinary.uid}`, `--regid=${ordinary.gid}`, '--clear-groups', '--'];
  const { place, mount } = reachable();
  try {
    const node = process.execPath.replace(repository, place);
    const [first = '', ...rest] = [...mount, ...asUser, node, path.join(place, program)];
    return await run(first, rest);
  } finally {
    if (place !== repository) rmSync(place, { recursive: true });
  }
}

/** The repository may lie in root's home. Then it is mounted where others can go, for that one process. */
function reachable(): { place: string; mount: string[] } {
  if (isPassable(path.join(repository, 'package.json'))) return { place: repository, mount: [] };
  const place = mkdtempSync(path.join(os.tmpdir(), 'atelier-repository-'));
  const script = `mount --bind -- "$1" "$2" && cd / && shift 2 && exec "$@"`;
  return { place, mount: ['unshare', '--mount', '--', 'sh', '-c', script, 'sh', repository, place] };
}

function run(file: string, args: readonly string[]): Promise<readonly AttemptResult[]> {
  return new Promise((resolve, reject) => {
    // As a server may have been started: with a descriptor that nobody closed.
    const leaked = openSync('/etc/hostname', 'r');
    const options = { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, maxBuffer: maxBytes };
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`The attempts did not run to their end: ${stderr || error.message}`));
      else resolve(stdout.trim().split('\n').map(readResult));
    });
    closeSync(leaked);
  });
}

function readResult(line: string): AttemptResult {
  const value: unknown = JSON.parse(line);
  if (!isResult(value)) throw new Error(`This is no result: ${line}`);
  return value;
}

function isResult(value: unknown): value is AttemptResult {
  return typeof value === 'object' && value !== null && 'name' in value && 'complaint' in value;
}
