import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const main = path.resolve(import.meta.dirname, '../../../apps/server/dist/main.server.js');

async function startWith(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const [code] = await once(child, 'exit');
  return { code, output };
}

test('a start that finds its port taken says so, and leaves no database running', async () => {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'atelier-e2e-'));
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  try {
    const { code, output } = await startWith({ PORT: String(port), DATA_DIR: dataDirectory, LOG_LEVEL: 'silent' });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringContaining('the port is taken')]);
    await expect(stat(path.join(dataDirectory, 'postgres/cluster/postmaster.pid'))).rejects.toThrow('ENOENT');
  } finally {
    holder.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
});

test('a data directory that is none is named in one sentence', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'atelier-e2e-'));
  const file = path.join(directory, 'a-file');
  await writeFile(file, '');
  try {
    const { code, output } = await startWith({ PORT: '0', DATA_DIR: file, LOG_LEVEL: 'silent' });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringContaining('data directory cannot be written')]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
