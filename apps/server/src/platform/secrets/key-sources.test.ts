import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseEncryptionKeys } from './encryption-keys.ts';
import { KeyRing } from './key-ring.ts';
import { addEncryptionKey, loadEncryptionKeys } from './key-sources.ts';

let directory: string;
beforeEach(async () => {
  directory = path.join(await mkdtemp(path.join(os.tmpdir(), 'atelier-keys-')), 'data');
});
afterEach(async () => await rm(path.dirname(directory), { recursive: true }));

const file = () => path.join(directory, 'encryption-keys');
const versions = async () => parseEncryptionKeys((await readFile(file(), 'utf8')).trim()).map(({ version }) => version);
const modeOf = async (name: string) => (await stat(name)).mode & 0o777;

/** Runs statements in a process of its own, with this file's neighbours at hand. */
async function inProcess(script: string): Promise<string> {
  const module = JSON.stringify(path.join(import.meta.dirname, 'key-sources.ts'));
  const code = `const keys = await import(${module}); const directory = ${JSON.stringify(directory)}; ${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  return stdout;
}

test('the keys of the configuration are used as they are, and no file is made', async () => {
  const configured = [{ version: 4, key: Buffer.alloc(32, 4) }];
  expect((await loadEncryptionKeys(configured, directory)).current()).toBe(configured);
  await expect(stat(directory)).rejects.toThrow('ENOENT');
});

test('without any, one is made, kept for its owner only, and found again', async () => {
  const made = (await loadEncryptionKeys(null, directory)).current();

  expect(made.map(({ version }) => version)).toEqual([1]);
  expect((await loadEncryptionKeys(null, directory)).current()).toEqual(made);
  expect([await modeOf(file()), await modeOf(directory)]).toEqual([0o600, 0o700]);
  expect(await readdir(directory)).toEqual(['encryption-keys']);
});

test('of four processes that start together, and whatever they do at once, each gets the same key', async () => {
  const script = `
    const load = async () => (await keys.loadEncryptionKeys(null, directory)).current()[0].key.toString('hex');
    process.stdout.write((await Promise.all(Array.from({ length: 10 }, load))).join(' '));`;
  const made = (await Promise.all(Array.from({ length: 4 }, () => inProcess(script)))).flatMap((out) => out.split(' '));

  expect(made).toHaveLength(40);
  expect(made[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(made).size).toBe(1);
  expect(await readdir(directory)).toEqual(['encryption-keys']);
});

test('of four processes that add a key at once each adds one, and none is lost', async () => {
  const first = (await loadEncryptionKeys(null, directory)).current();
  const script = `
    const version = await keys.addEncryptionKey(directory);
    const added = (await keys.loadEncryptionKeys(null, directory)).current().find((key) => key.version === version);
    process.stdout.write(version + ' ' + added.key.toString('hex'));`;
  const added = await Promise.all(Array.from({ length: 4 }, () => inProcess(script)));

  expect(await versions()).toEqual([5, 4, 3, 2, 1]);
  const kept = parseEncryptionKeys((await readFile(file(), 'utf8')).trim());
  expect(kept.slice(0, 4).map(({ version, key }) => `${version} ${key.toString('hex')}`)).toEqual(
    added.sort().reverse(),
  );
  expect(kept.at(-1)).toEqual(first[0]);
  expect(await modeOf(file())).toBe(0o600);
  expect(await readdir(directory)).toEqual(['encryption-keys']);
});

test('a running process seals with a new key at once, opens what others sealed with it, and what was sealed before', async () => {
  const running = new KeyRing(await loadEncryptionKeys(null, directory));
  const before = running.seal('totp', 'owner', 'before');

  expect(await addEncryptionKey(directory)).toBe(2);

  const other = new KeyRing(await loadEncryptionKeys(null, directory));
  expect(running.open('totp', 'owner', other.seal('totp', 'owner', 'after')).toString()).toBe('after');
  expect(running.isCurrent(before)).toBe(false);
  expect(running.seal('totp', 'owner', 'after')).toMatch(/^v2\./);
  expect(running.open('totp', 'owner', before).toString()).toBe('before');
});

test('a data folder that is away for a moment takes no key from a running process', async () => {
  const running = new KeyRing(await loadEncryptionKeys(null, directory));
  const sealed = running.seal('totp', 'owner', 'kept');
  await rm(directory, { recursive: true });

  expect(running.open('totp', 'owner', sealed).toString()).toBe('kept');
});

test('a file that holds no keys is an error that does not show what it holds', async () => {
  await loadEncryptionKeys(null, directory);
  await writeFile(file(), 'v1:canary-no-key');

  const error = await loadEncryptionKeys(null, directory).catch((error: Error) => error);
  expect(error).toMatchObject({ name: 'EncryptionKeysError', message: expect.not.stringContaining('canary') });
});
