import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import { AppError } from '@atelier/kernel/app-error';
import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { SigningKey } from '../../platform/secrets/signing-keys.ts';
import { maxTokenLength } from './issuer-of.ts';

const algorithm = 'HS256';
const type = 'at+jwt';
/** What `iss` says in tokens of ours. */
export const ownIssuer = 'atelier';
const audience = 'atelier-api';
/** How far another server's clock may be ahead of ours. How long a token lasts is not stretched by it. */
const maxSkewSeconds = 30;

const claims = z.object({
  sub: userId,
  email: z.string(),
  sid: signInId,
  org: organisationId,
  iat: z.number(),
  exp: z.number(),
});
export type AccessClaims = z.infer<typeof claims>;

interface TokenKey {
  readonly kid: string;
  readonly key: Promise<CryptoKey>;
}

/**
 * Access tokens: short-lived, signed, held by the client in memory. Checked by one algorithm with no fallback, and by
 * keys of ours only: of the header nothing but `kid` is looked at, never a key or an address in it.
 */
export class AccessTokens {
  readonly #keys: readonly TokenKey[];
  readonly #lifetimeSeconds: number;

  /** @param keys newest first: the first one signs, each of them verifies what it signed. */
  constructor(keys: readonly SigningKey[], lifetimeSeconds: number) {
    this.#keys = keys.map(({ kid, key }) => ({ kid, key: imported(key) }));
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  async issue(
    subject: Pick<AccessClaims, 'sub' | 'email' | 'sid' | 'org'>,
    now: Date,
  ): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = Math.floor(now.getTime() / 1000);
    const { sub, ...others } = subject;
    const [newest] = this.#keys;
    if (!newest) throw new Error('There is no key to sign with.');
    const token = await new SignJWT(others)
      .setProtectedHeader({ alg: algorithm, typ: type, kid: newest.kid })
      .setSubject(sub)
      .setIssuer(ownIssuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.#lifetimeSeconds)
      .sign(await newest.key);
    return { token, expiresAt: new Date((issuedAt + this.#lifetimeSeconds) * 1000) };
  }

  /** @throws AppError `auth.required` with `reason` expired or invalid. */
  async verify(token: string): Promise<AccessClaims> {
    if (token.length > maxTokenLength) throw refused('invalid');
    try {
      const { payload } = await jwtVerify(token, (header) => this.#keyNamed(header.kid), {
        algorithms: [algorithm],
        typ: type,
        issuer: ownIssuer,
        audience,
        requiredClaims: ['sub', 'sid', 'org', 'email', 'iat', 'exp'],
      });
      const read = claims.parse(payload);
      if (read.iat > Date.now() / 1000 + maxSkewSeconds) throw refused('invalid');
      return read;
    } catch (error) {
      throw refused(error instanceof errors.JWTExpired ? 'expired' : 'invalid');
    }
  }

  async #keyNamed(kid: string | undefined): Promise<CryptoKey> {
    const found = this.#keys.find((key) => key.kid === kid);
    if (!found) throw new errors.JWKSNoMatchingKey();
    return await found.key;
  }
}

/** Once: every call checks a token, and raw bytes would be made a key of for each. */
async function imported(key: Uint8Array): Promise<CryptoKey> {
  const bytes = new Uint8Array(key);
  return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

export function refused(reason: 'missing' | 'expired' | 'revoked' | 'invalid'): AppError {
  return new AppError('auth.required', { details: { reason } });
}
