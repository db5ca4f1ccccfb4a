import { decodeJwt } from 'jose';

/** Longer than any token that is taken: what is larger is not parsed. */
export const maxTokenLength = 4096;

/** Whom a token names as its issuer. Nothing is proved by that: it says only whose keys to ask. */
export function issuerOf(token: string): string | null {
  if (token.length > maxTokenLength) return null;
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}
