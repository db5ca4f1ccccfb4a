import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import { hashLinkSecret, newLinkSecret } from '../../platform/secrets/link-secrets.ts';
import { type OneTimePayload, type OneTimePurpose, oneTimePurposes } from './one-time-purposes.ts';
import type { OneTimeTokenRow, OneTimeTokensRepository } from './one-time-tokens.repository.ts';

export interface OneTimeThing<P extends OneTimePurpose> {
  readonly userId: string | null;
  /** Of the browser that asked for it; null when any may use it. */
  readonly browserHash: Buffer | null;
  readonly payload: OneTimePayload<P>;
}

export interface NewOneTimeThing<P extends OneTimePurpose> {
  readonly userId: string | null;
  readonly browserHash?: Buffer;
  readonly payload: OneTimePayload<P>;
}

/** Secrets that work once and for one purpose, for some minutes. The secret itself is kept nowhere. */
export class OneTimeTokens {
  readonly #rows: OneTimeTokensRepository;
  readonly #clock: Clock;

  constructor(rows: OneTimeTokensRepository, clock: Clock) {
    this.#rows = rows;
    this.#clock = clock;
  }

  /** @returns the secret, 43 characters for a link or a cookie, and when it ends. */
  async issue<P extends OneTimePurpose>(
    op: Operation,
    purpose: P,
    { userId, browserHash, payload }: NewOneTimeThing<P>,
  ): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
    const secret = newLinkSecret();
    const createdAt = this.#clock.now();
    const expiresAt = new Date(createdAt.getTime() + oneTimePurposes[purpose].lifetimeMs);
    await this.#rows.insert(op, {
      purpose,
      userId,
      tokenHash: hashLinkSecret(secret),
      browserHash: browserHash ?? null,
      payload,
      createdAt,
      expiresAt,
    });
    return { secret, expiresAt };
  }

  /** What is behind a secret that is still good; null for any other. Uses nothing up. */
  async find<P extends OneTimePurpose>(op: Operation, purpose: P, secret: string): Promise<OneTimeThing<P> | null> {
    return thingOf(purpose, await this.#rows.find(op, purpose, hashLinkSecret(secret), this.#clock.now()));
  }

  /** The same, for the last time: of several calls at once one gets it, and a transaction that fails gives it back. */
  async take<P extends OneTimePurpose>(op: Operation, purpose: P, secret: string): Promise<OneTimeThing<P> | null> {
    return thingOf(purpose, await this.#rows.take(op, purpose, hashLinkSecret(secret), this.#clock.now()));
  }

  /** Nothing that waits for this person works any more. */
  async endAllOf(op: Operation, userId: string): Promise<void> {
    await this.#rows.endAllOf(op, userId, this.#clock.now());
  }

  /** The same of everything of a purpose that belongs to nobody. */
  async endUnowned(op: Operation, purpose: OneTimePurpose): Promise<void> {
    await this.#rows.endUnowned(op, purpose, this.#clock.now());
  }
}

function thingOf<P extends OneTimePurpose>(purpose: P, row: OneTimeTokenRow | null): OneTimeThing<P> | null {
  if (!row) return null;
  // The schema of this very purpose made the type.
  const payload = oneTimePurposes[purpose].payload.parse(row.payload) as OneTimePayload<P>;
  return { userId: row.userId, browserHash: row.browserHash, payload };
}
