import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): sorts by time of making, so an index on it grows at its end. Not a secret. */
export function newId(): string {
  return v7();
}
