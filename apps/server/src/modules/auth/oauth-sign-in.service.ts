import { plainText } from '@atelier/contracts/plain-text';
import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import {
  done,
  type IdentityOutcome,
  type LinkingPerson,
  type Outcome,
  refusedFor,
  type Visitor,
} from '../../platform/oauth/identity-outcome.ts';
import type { ProviderIdentity } from '../../platform/oauth/identity-provider.ts';
import type { KeyRing } from '../../platform/secrets/key-ring.ts';
import type { SettingsService } from '../installation/index.ts';
import type { ChallengeCookie } from './challenge-cookie.ts';
import { allowsRegistration } from './registration-rule.ts';
import type { Entry, SecondFactorSignInService } from './second-factor-sign-in.service.ts';
import type { SignInsService } from './sign-ins.service.ts';
import type { UsersRepository } from './users.repository.ts';

const personName = plainText({ max: 80 });

export interface OauthSignInDeps {
  readonly db: Database;
  readonly users: UsersRepository;
  readonly signIns: SignInsService;
  readonly secondFactor: SecondFactorSignInService;
  readonly keys: KeyRing;
  readonly settings: SettingsService;
  readonly clock: Clock;
  /** The name of the cookie that holds the refresh token. */
  readonly refreshCookie: string;
  readonly factorCookie: ChallengeCookie;
}

/** Where somebody is asked for a second factor. The challenge travels in a cookie only. */
const secondFactorPage = '/auth/second-factor';

/** What somebody proved at a provider is good for: signing in, registering, or linking. Nobody is known by an address. */
export class OauthSignInService implements IdentityOutcome {
  readonly #deps: OauthSignInDeps;
  constructor(deps: OauthSignInDeps) {
    this.#deps = deps;
  }

  async signedIn(op: Operation, identity: ProviderIdentity, visitor: Visitor): Promise<Outcome> {
    const entry = await this.#enter(op, identity, visitor).catch(async (error: unknown) => {
      // Somebody was quicker, with the same identity in another tab or with the same address: then they are known now.
      if (!isUniqueViolation(error)) throw error;
      return await this.#enter(op, identity, visitor);
    });
    if ('isDone' in entry) return entry;
    if (entry.kind === 'second_factor') {
      this.#deps.factorCookie.write(visitor.jar, entry);
      return { ...done, page: secondFactorPage };
    }
    const { refreshToken, refreshExpiresAt } = entry.result;
    visitor.jar.set(this.#deps.refreshCookie, refreshToken, { expires: refreshExpiresAt });
    return done;
  }

  async link(op: Operation, identity: ProviderIdentity, person: LinkingPerson, visitor: Visitor): Promise<Outcome> {
    const { signIns, users, db, clock, refreshCookie } = this.#deps;
    const current = await signIns.ofToken(op, visitor.jar.get(refreshCookie));
    if (current?.signInId !== person.signInId || current.userId !== person.userId)
      return refusedFor('not_started_here');
    try {
      return await db.transaction(op, async (op) => {
        const known = await users.findByIdentity(op, identity);
        if (known && known.userId !== person.userId) return refusedFor('identity_taken');
        const accountId = known?.accountId ?? newId();
        if (!known) await users.addAccount(op, person.userId, { id: accountId, identity, createdAt: clock.now() });
        await this.#keepTokens(op, accountId, identity);
        return done;
      });
    } catch (error) {
      // Linked by somebody else a moment ago.
      if (isUniqueViolation(error)) return refusedFor('identity_taken');
      throw error;
    }
  }

  async #enter(
    op: Operation,
    identity: ProviderIdentity,
    { caller }: Visitor,
  ): Promise<Entry | Exclude<Outcome, { isDone: true }>> {
    const { db, users, secondFactor } = this.#deps;
    return await db.transaction(op, async (op) => {
      const known = await users.findByIdentity(op, identity);
      const account = known ?? (await this.#register(op, identity));
      if ('isDone' in account) return account;
      if (!(await users.isActive(op, account.userId))) return problem('account_suspended');
      await this.#keepTokens(op, account.accountId, identity);
      return await secondFactor.enter(op, { userId: account.userId, method: identity.provider }, caller);
    });
  }

  /** What a provider gave us, sealed for this account. */
  async #keepTokens(op: Operation, accountId: string, { email, tokens }: ProviderIdentity): Promise<void> {
    const { users, keys, clock } = this.#deps;
    const seal = (token: string | null) => (token === null ? null : keys.seal('provider-token', accountId, token));
    await users.keepTokens(op, accountId, {
      email,
      accessTokenSealed: seal(tokens.accessToken),
      refreshTokenSealed: seal(tokens.refreshToken),
      tokenExpiresAt: tokens.expiresAt,
      tokenScopes: tokens.scopes.join(' '),
      lastUsedAt: clock.now(),
    });
  }

  /**
   * An address that is not proved says nothing, not even whether it has an account here: else anybody could ask, with
   * a provider that takes any address.
   */
  async #register(op: Operation, identity: ProviderIdentity) {
    const { users, clock, settings } = this.#deps;
    const { email, isEmailVerified } = identity;
    if (email === null || !isEmailVerified) return problem('email_unverified');
    if (await users.hasEmail(op, email)) {
      // Perhaps made a moment ago by this very identity, in another tab.
      return (await users.findByIdentity(op, identity)) ?? problem('link_first');
    }
    const { registration } = await settings.current();
    if (!allowsRegistration(registration, { email, isProved: true })) return problem('registration_closed');
    const createdAt = clock.now();
    const name = personName.safeParse(identity.name?.slice(0, 80)).data ?? email.split('@')[0]?.slice(0, 80) ?? email;
    return await users.create(op, { email, name, passwordHash: null, identity, emailVerifiedAt: createdAt, createdAt });
  }
}

function problem(problem: Parameters<typeof refusedFor>[0]) {
  return { isDone: false, problem } as const;
}
