import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { lockFile } from '@atelier/entities/file-lock';
import { type EncryptionKey, formatEncryptionKeys, parseEncryptionKeys } from './encryption-keys.ts';
import { keepOnce, replaceKept } from './kept-file.ts';
import type { KeySource } from './key-ring.ts';

/**
 * The master keys: those of the configuration, else the file `encryption-keys` in the data directory, which is made when
 * it is not there. Losing them loses what they sealed: sign-ins at providers, second factors, keys of models.
 */
export async function loadEncryptionKeys(
  configured: readonly EncryptionKey[] | null,
  dataDirectory: string,
): Promise<KeySource> {
  if (configured) return { current: () => configured };
  const file = keyFileIn(dataDirectory);
  await keepOnce(file, () => formatEncryptionKeys([newKey(1)]));
  return new KeyFile(file);
}

/**
 * Puts a new key before the others of the file, in one step; running processes notice at their next use of a key.
 * @returns its version.
 */
export async function addEncryptionKey(dataDirectory: string): Promise<number> {
  const file = keyFileIn(dataDirectory);
  await keepOnce(file, () => formatEncryptionKeys([newKey(1)]));
  // Two that rotate at once would both write v2, and what was sealed with the first one would be lost.
  await using _lock = await lockFile(`${file}.lock`);
  const keys = parseEncryptionKeys((await readFile(file, 'utf8')).trim());
  const version = (keys[0]?.version ?? 0) + 1;
  await replaceKept(file, formatEncryptionKeys([newKey(version), ...keys]));
  return version;
}

function keyFileIn(dataDirectory: string): string {
  return path.join(dataDirectory, 'encryption-keys');
}

function newKey(version: number): EncryptionKey {
  return { version, key: randomBytes(32) };
}

/** Keys in a file. It is read again when it was replaced: a `stat` for each use costs microseconds. */
class KeyFile implements KeySource {
  readonly #file: string;
  #keys: readonly EncryptionKey[] = [];
  #seen = '';

  constructor(file: string) {
    this.#file = file;
    this.current();
  }

  current(): readonly EncryptionKey[] {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    // A folder that is away for a moment takes no key from us.
    if (!found) return this.#keys;
    const seen = `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (seen !== this.#seen) {
      this.#keys = parseEncryptionKeys(readFileSync(this.#file, 'utf8').trim());
      this.#seen = seen;
    }
    return this.#keys;
  }
}
