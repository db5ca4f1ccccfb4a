import { organisationId, userId } from '@atelier/contracts/ids';
import type { Scope } from '@atelier/contracts/permissions';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import type { Logger } from '../../platform/telemetry/logger.ts';
import { refused } from './access-tokens.ts';
import type { Authenticated } from './authenticated.ts';
import type { ExternalAccountsRepository } from './external-accounts.repository.ts';
import { IssuerDown, issuerKeys } from './issuer-keys.ts';

/** An issuer whose tokens are taken beside our own, as configured. */
export interface ExternalIssuer {
  /** Letter by letter what `iss` says. */
  readonly issuer: string;
  readonly audience: string;
  /** Null: where its discovery document says. */
  readonly jwksUri: string | null;
  readonly algorithms: readonly string[];
  readonly scopes: readonly Scope[];
}

interface Known extends ExternalIssuer {
  readonly keys: JWTVerifyGetKey;
}

/** How far another clock may be from ours, in seconds. */
const maxSkewSeconds = 30;

const claims = z.object({
  sub: z.string().min(1).max(255),
  iat: z.number(),
  exp: z.number(),
  org: organisationId.optional(),
  amr: z.array(z.string()).optional().catch(undefined),
});

/**
 * Access tokens of other issuers: signed by a key of the issuer they name, for us, by an algorithm that was configured.
 * They are good for somebody who has linked that identity, in an organisation they are a member of.
 */
export class ExternalTokens {
  readonly #issuers: ReadonlyMap<string, Known>;
  readonly #accounts: ExternalAccountsRepository;
  readonly #log: Logger;

  constructor(deps: {
    readonly issuers: readonly ExternalIssuer[];
    readonly accounts: ExternalAccountsRepository;
    readonly log: Logger;
  }) {
    this.#issuers = new Map(deps.issuers.map((issuer) => [issuer.issuer, { ...issuer, keys: issuerKeys(issuer) }]));
    this.#accounts = deps.accounts;
    this.#log = deps.log;
  }

  knows(issuer: string): boolean {
    return this.#issuers.has(issuer);
  }

  /** @throws AppError `auth.required`; `auth.provider_unavailable` when the issuer's keys cannot be had. */
  async authenticate(op: Operation, issuer: string, token: string): Promise<Authenticated> {
    const known = this.#issuers.get(issuer);
    if (!known) throw refused('invalid');
    const { sub, exp, org, amr } = await this.#verified(known, token);
    const standing = await this.#accounts.standing(asSystem(op), {
      issuer,
      subject: sub,
      organisationId: org ?? null,
    });
    if (!standing) throw refused('revoked');
    const { role, installationRole } = standing;
    return {
      principal: {
        kind: 'user',
        userId: userId.parse(standing.userId),
        organisationId: organisationId.parse(standing.organisationId),
        role,
        installationRole,
        credential: {
          kind: 'external',
          id: standing.accountId,
          scopes: known.scopes,
          isStrong: amr?.includes('mfa') ?? false,
        },
      },
      endsAt: new Date(exp * 1000),
    };
  }

  async #verified(known: Known, token: string): Promise<z.infer<typeof claims>> {
    let payload: JWTPayload;
    try {
      const verified = await jwtVerify(token, known.keys, {
        algorithms: [...known.algorithms],
        issuer: known.issuer,
        audience: known.audience,
        requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
        clockTolerance: maxSkewSeconds,
      });
      payload = verified.payload;
    } catch (error) {
      if (error instanceof IssuerDown) {
        this.#log.warn({ issuer: known.issuer, error }, 'the keys of an external issuer cannot be had');
        throw new AppError('auth.provider_unavailable', {
          details: { part: 'issuer' },
          retryAfterMs: 5000,
          cause: error,
        });
      }
      throw refused(error instanceof errors.JWTExpired ? 'expired' : 'invalid');
    }
    const read = claims.safeParse(payload);
    if (!read.success || read.data.iat > Date.now() / 1000 + maxSkewSeconds) throw refused('invalid');
    return read.data;
  }
}
