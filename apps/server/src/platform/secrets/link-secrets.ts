import { createHash, randomBytes } from 'node:crypto';

/** A new secret for a link: 256 random bits. */
export function newLinkSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of it. */
export function hashLinkSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
