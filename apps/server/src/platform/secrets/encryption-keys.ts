/** A master key for what is encrypted at rest. Its version stands in every text that was sealed with it. */
export interface EncryptionKey {
  readonly version: number;
  /** 256 bits. */
  readonly key: Buffer;
}

/** What is wrong with a list of keys, as the end of a sentence; holds nothing of the keys. */
export class EncryptionKeysError extends Error {
  override readonly name = 'EncryptionKeysError';
}

const form = /^v([1-9][0-9]{0,5}):([A-Za-z0-9+/]{43}=)$/;

/**
 * Reads `v2:<base64>,v1:<base64>`, newest first.
 * @throws EncryptionKeysError when an entry has another form, versions do not fall, or a key comes twice.
 */
export function parseEncryptionKeys(text: string): readonly EncryptionKey[] {
  const keys = text.split(',').map((entry, index) => parseEntry(entry.trim(), index + 1));
  const [, ...older] = keys;
  if (older.some(({ version }, index) => version >= (keys[index]?.version ?? 0))) {
    throw new EncryptionKeysError('the newest version must come first, and each version once');
  }
  if (new Set(keys.map(({ key }) => key.toString('hex'))).size < keys.length) {
    throw new EncryptionKeysError('two versions hold the same key');
  }
  return keys;
}

/** The reverse of `parseEncryptionKeys`. */
export function formatEncryptionKeys(keys: readonly EncryptionKey[]): string {
  return keys.map(({ version, key }) => `v${version}:${key.toString('base64')}`).join(',');
}

/** Whether this was hardly made by a random generator: a text, a repetition, or bytes that count. */
export function isWeakKey(key: Buffer): boolean {
  const steps = new Set([...key.subarray(1)].map((byte, index) => (byte - (key[index] ?? 0)) & 0xff));
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText || new Set(key).size < 16 || steps.size < 8;
}

function parseEntry(entry: string, place: number): EncryptionKey {
  const [, version = '', text = ''] = form.exec(entry) ?? [];
  const key = Buffer.from(text, 'base64');
  // What decodes to the same bytes but is written otherwise was mistyped.
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw new EncryptionKeysError(`entry ${place} is not of the form v1:<32 random bytes in base64>`);
  }
  return { version: Number(version), key };
}
