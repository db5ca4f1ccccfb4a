import type { TokenSource } from './token-source.ts';

/** A key stays what it is. One that is refused was revoked or has ended: asking again changes nothing. */
export function apiKeyToken(apiKey: string): TokenSource {
  return { organisationId: null, token: () => Promise.resolve(apiKey), renew: () => Promise.resolve(null) };
}
