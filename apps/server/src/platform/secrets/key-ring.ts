import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { EncryptionKey } from './encryption-keys.ts';

/** What is encrypted at rest. Each purpose has a key of its own: what one seals, no other opens. */
export type SealPurpose = 'provider-token' | 'totp' | 'mail' | 'model-key' | 'mcp-header' | 'mcp-token';

/** What is authenticated but not hidden. */
export type MacPurpose = 'audit-chain';

/** Where master keys come from. Newest first, never empty; asked for each use, so it has to be quick. */
export interface KeySource {
  current(): readonly EncryptionKey[];
}

/** A sealed text that cannot be opened. Holds neither the text nor whose it is. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
  readonly reason: 'malformed' | 'unknown_key' | 'refused';

  constructor(reason: UnsealError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const form = /^v([1-9][0-9]{0,5})\.([A-Za-z0-9_-]+)$/;

/**
 * Encrypts small secrets for a column of a table: AES-256-GCM, with one key a purpose derived from the newest master
 * key. The text says which master key it was; purpose and owner are authenticated with it, so a row that is
 * copied to somebody else, or into another column, does not open.
 */
export class KeyRing {
  readonly #source: KeySource;
  readonly #derived = new WeakMap<EncryptionKey, Map<SealPurpose | MacPurpose, Buffer>>();

  constructor(source: KeySource) {
    this.#source = source;
  }

  /** `ownerId` is the id of the row it belongs to. Sealing the same twice gives two texts. */
  seal(purpose: SealPurpose, ownerId: string, plaintext: string | Buffer): string {
    const master = this.#newest();
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#keyFor(master, purpose), nonce, { authTagLength: tagBytes });
    cipher.setAAD(contextOf(master.version, purpose, ownerId));
    // A string is taken as UTF-8.
    const sealed = Buffer.concat([nonce, cipher.update(Buffer.from(plaintext)), cipher.final(), cipher.getAuthTag()]);
    return `v${master.version}.${sealed.toString('base64url')}`;
  }

  /** @throws UnsealError when it is no sealed text, its key is gone, or it was sealed for something else or changed. */
  open(purpose: SealPurpose, ownerId: string, sealed: string): Buffer {
    const { version, bytes } = parse(sealed);
    const master = this.#source.current().find((key) => key.version === version);
    if (!master) {
      throw new UnsealError('unknown_key', `A sealed value needs the encryption key v${version}, which is not there.`);
    }
    const nonce = bytes.subarray(0, nonceBytes);
    const decipher = createDecipheriv(algorithm, this.#keyFor(master, purpose), nonce, { authTagLength: tagBytes });
    decipher.setAAD(contextOf(version, purpose, ownerId));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    } catch {
      throw new UnsealError('refused', 'A sealed value was changed, or belongs to another owner, purpose or key.');
    }
  }

  /** HMAC-SHA-256 with the newest key, and which one that was. */
  mac(purpose: MacPurpose, data: string): { readonly keyId: string; readonly mac: Buffer } {
    const master = this.#newest();
    return { keyId: `v${master.version}`, mac: this.#macWith(master, purpose, data) };
  }

  /** The same with the key of that name; null when that key is gone. */
  macBy(keyId: string, purpose: MacPurpose, data: string): Buffer | null {
    const master = this.#source.current().find((key) => `v${key.version}` === keyId);
    return master ? this.#macWith(master, purpose, data) : null;
  }

  /** Whether it was sealed with the newest key; otherwise `rotate-keys` has work to do. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(this.currentPrefix);
  }

  /** What every text begins with that is sealed now. */
  get currentPrefix(): string {
    return `v${this.#newest().version}.`;
  }

  #newest(): EncryptionKey {
    const [newest] = this.#source.current();
    if (!newest) throw new Error('There is no encryption key.');
    return newest;
  }

  #macWith(master: EncryptionKey, purpose: MacPurpose, data: string): Buffer {
    return createHmac('sha256', this.#keyFor(master, purpose)).update(data).digest();
  }

  #keyFor(master: EncryptionKey, purpose: SealPurpose | MacPurpose): Buffer {
    const keys = this.#derived.get(master) ?? new Map<SealPurpose | MacPurpose, Buffer>();
    this.#derived.set(master, keys);
    const known = keys.get(purpose);
    if (known) return known;
    const made = Buffer.from(hkdfSync('sha256', master.key, '', `atelier sealed ${purpose} v1`, 32));
    keys.set(purpose, made);
    return made;
  }
}

/** JSON keeps the three apart, whatever an id is made of. */
function contextOf(version: number, purpose: SealPurpose, ownerId: string): Buffer {
  return Buffer.from(JSON.stringify([version, purpose, ownerId]));
}

function parse(sealed: string): { readonly version: number; readonly bytes: Buffer } {
  const [, version = '', text = ''] = form.exec(sealed) ?? [];
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < nonceBytes + tagBytes || bytes.toString('base64url') !== text) {
    throw new UnsealError('malformed', 'A value that should be sealed is not.');
  }
  return { version: Number(version), bytes };
}
