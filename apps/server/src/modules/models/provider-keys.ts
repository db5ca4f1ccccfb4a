import type { KeyRing } from '../../platform/secrets/key-ring.ts';

/** A key as it is stored: sealed, and what may be shown of it. */
export interface StoredKey {
  readonly keySealed: string | null;
  readonly keyLast4: string | null;
}

export const noKey: StoredKey = { keySealed: null, keyLast4: null };

/** Of a shorter one the last four characters would be too much of it. */
const longEnough = 16;

/** Seals keys of providers, each for its own row, and opens them for whoever calls the provider. */
export class ProviderKeys {
  readonly #ring: KeyRing;
  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  seal(providerId: string, key: string): StoredKey {
    return {
      keySealed: this.#ring.seal('model-key', providerId, key),
      keyLast4: key.length >= longEnough ? key.slice(-4) : null,
    };
  }

  /** Empty when there is none. @throws UnsealError when the encryption key is gone. */
  open(providerId: string, keySealed: string | null): string {
    return keySealed === null ? '' : this.#ring.open('model-key', providerId, keySealed).toString('utf8');
  }
}
