import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { SigningKey } from '../../platform/secrets/signing-keys.ts';

const shape = /^[A-Za-z0-9_-]{43}$/;

/** A new refresh token: 256 random bits that mean nothing. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether this can be one of ours at all; anything else is refused before it costs a query. */
export function isRefreshToken(value: string | undefined): value is string {
  return value !== undefined && shape.test(value);
}

/** What is stored. The token has 256 random bits, so a plain hash cannot be searched. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * The token that follows this one. It is derived, not random, so that two tabs that renew with one token at the same
 * moment get the same successor although only hashes are stored. Without the key it cannot be computed.
 */
export function successorOf(token: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}

/** The successors that servers may have given for this token: by the key of today first, then by the one before it. */
export function possibleSuccessors(token: string, keys: readonly SigningKey[]): readonly string[] {
  return keys.map(({ key }) => successorOf(token, key));
}
