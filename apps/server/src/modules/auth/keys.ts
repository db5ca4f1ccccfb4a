import { hkdfSync } from 'node:crypto';

/** One key for each purpose, so that what one leaks or signs is worth nothing for another (RFC 5869). */
export function deriveKey(
  secret: Uint8Array,
  purpose: 'access-token' | 'refresh-successor' | 'limit-subject',
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `atelier ${purpose} v1`, 32));
}
