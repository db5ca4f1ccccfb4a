import { organisationId, signInId, userId } from '@atelier/contracts/ids';
import { AppError } from '@atelier/kernel/app-error';
import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';

const algorithm = 'HS256';
const type = 'at+jwt';
const issuer = 'atelier';
const audience = 'atelier-api';
const keyId = 'v1';
/** Longer than any token we make: what is larger is not parsed. */
const maxLength = 4096;

const claims = z.object({
  sub: userId,
  email: z.string(),
  sid: signInId,
  org: organisationId,
  iat: z.number(),
  exp: z.number(),
});
export type AccessClaims = z.infer<typeof claims>;

/** Access tokens: short-lived, signed, held by the client in memory. Checked by one algorithm with no fallback. */
export class AccessTokens {
  readonly #key: Uint8Array;
  readonly #lifetimeSeconds: number;

  constructor(key: Uint8Array, lifetimeSeconds: number) {
    this.#key = key;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  async issue(
    subject: Pick<AccessClaims, 'sub' | 'email' | 'sid' | 'org'>,
    now: Date,
  ): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = Math.floor(now.getTime() / 1000);
    const { sub, ...others } = subject;
    const token = await new SignJWT(others)
      .setProtectedHeader({ alg: algorithm, typ: type, kid: keyId })
      .setSubject(sub)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.#lifetimeSeconds)
      .sign(this.#key);
    return { token, expiresAt: new Date((issuedAt + this.#lifetimeSeconds) * 1000) };
  }

  /** @throws AppError `auth.required` with `reason` expired or invalid. */
  async verify(token: string): Promise<AccessClaims> {
    if (token.length > maxLength) throw refused('invalid');
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [algorithm],
        typ: type,
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'org', 'email', 'iat', 'exp'],
      });
      return claims.parse(payload);
    } catch (error) {
      throw refused(error instanceof errors.JWTExpired ? 'expired' : 'invalid');
    }
  }
}

export function refused(reason: 'missing' | 'expired' | 'revoked' | 'invalid'): AppError {
  return new AppError('auth.required', { details: { reason } });
}
