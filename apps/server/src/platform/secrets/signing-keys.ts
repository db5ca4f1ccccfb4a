import { createHash, hkdfSync } from 'node:crypto';

/** What a key is derived for, so that what one leaks or signs is worth nothing for another (RFC 5869). */
export type SigningPurpose = 'access-token' | 'refresh-successor' | 'limit-subject' | 'failed-sign-in';

/** A key for one purpose, and the name under which what it signed says so. */
export interface SigningKey {
  /** 16 hexadecimal digits. They tell nothing about the key. */
  readonly kid: string;
  readonly key: Uint8Array;
}

/** Keys of the secret of today, and of the one before it while that is still honoured. */
export class SigningKeys {
  readonly #secrets: readonly Uint8Array[];
  readonly #derived = new Map<SigningPurpose, readonly SigningKey[]>();

  /** @param secrets newest first; one at least. */
  constructor(secrets: readonly [Uint8Array, ...Uint8Array[]]) {
    this.#secrets = secrets;
  }

  /** One key a secret, newest first: sign with the first, accept what any of them signed. */
  keysFor(purpose: SigningPurpose): readonly SigningKey[] {
    const known = this.#derived.get(purpose);
    if (known) return known;
    const made = this.#secrets.map((secret) => derive(secret, purpose));
    this.#derived.set(purpose, made);
    return made;
  }

  newest(purpose: SigningPurpose): SigningKey {
    const [newest] = this.keysFor(purpose);
    if (!newest) throw new Error('There is no signing secret.');
    return newest;
  }
}

function derive(secret: Uint8Array, purpose: SigningPurpose): SigningKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `atelier ${purpose} v1`, 32));
  return { kid: createHash('sha256').update(key).digest('hex').slice(0, 16), key };
}
