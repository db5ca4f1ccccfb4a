import { type EncryptionKey, isWeakKey } from './platform/secrets/encryption-keys.ts';

/** Secrets that appear in samples and guides. Whoever runs one of them runs with a key that everybody knows. */
const sampleSecret = /change.?me|replace.?me|secret|example|sample|password|^(.)\1+$|^012345|^abcdef/i;

/** Passwords that installations are set up with and forgotten. */
const samplePassword =
  /change.?me|replace.?me|secret|example|sample|passw(or|0r)d|^(postgres|postgresql|atelier|admin|root|user|test|demo|guest|letmein|qwerty.*|123.*|x+|\.+|…)$/i;

/** Too short or of too few characters to be random, in any environment. */
export function isWeakSecret(secret: string): boolean {
  return Buffer.byteLength(secret) < 32 || new Set(secret).size < 12;
}

/** A secret somebody copied from a guide. */
export function isSampleSecret(secret: string): boolean {
  return sampleSecret.test(secret);
}

/** A token that opens less than a secret: shorter is enough, guessable is not. */
export function isGuessableToken(token: string): boolean {
  return new Set(token).size < 8 || isSampleSecret(token);
}

/** What stands in guides where somebody's own key or secret of a provider goes. */
export function isPlaceholder(value: string): boolean {
  return /change.?me|replace.?me|your.?(api.?)?(key|secret)|^(example|sample|secret|password|x+|\.+|…)$/i.test(value);
}

/** Whether the password in a URL is one that everybody tries first. A URL without a password proves itself otherwise. */
export function hasSamplePassword(url: string): boolean {
  const { username, password } = new URL(url);
  if (password === '') return false;
  const plain = decoded(password);
  return plain === decoded(username) || samplePassword.test(plain);
}

/** Keys that were typed by hand, or copied from a guide that encodes a text. */
export function areWeakKeys(keys: readonly EncryptionKey[]): boolean {
  return keys.some(({ key }) => isWeakKey(key));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
