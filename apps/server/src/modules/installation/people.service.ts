import { type PeoplePage, peoplePage } from '@atelier/contracts/installation';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { PasswordResetService, SignInsService } from '../auth/index.ts';
import type { PeopleRepository, PersonCursor, PersonFilter, StandingPerson } from './people.repository.ts';
import { decodePersonCursor, encodePersonCursor } from './person-cursor.ts';

/** How many people one statement goes through that looks for some of them. */
const stride = 5000;

export interface PeopleDeps {
  readonly db: Database;
  readonly people: PeopleRepository;
  readonly signIns: SignInsService;
  readonly resets: PasswordResetService;
  readonly audit: AuditLog;
  readonly hints: HintBus;
}

/** What administrators do about people. Nobody does any of it to the owner, or takes from themselves what they are. */
export class PeopleService {
  readonly #deps: PeopleDeps;
  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  /** The newest first. */
  async list(
    memberOp: Operation,
    input: PersonFilter & { readonly limit: number; readonly cursor?: string | null | undefined },
  ): Promise<PeoplePage> {
    const op = asSystem(memberOp);
    const found = await this.#find(op, input, {
      after: input.cursor ? decodePersonCursor(input.cursor) : null,
      count: input.limit + 1,
    });
    const shown = found.slice(0, input.limit);
    const last = shown.at(-1);
    const rows = await this.#deps.people.summaries(
      op,
      shown.map(({ id }) => id),
    );
    return peoplePage.parse({
      items: rows.map((row) => ({
        ...row,
        createdAt: row.createdAt.toISOString(),
        lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      })),
      nextCursor: last && found.length > input.limit ? encodePersonCursor(last) : null,
    });
  }

  /** Ends every sign-in at once. What they wrote stays. @throws AppError `user.not_found`, `permission.denied`. */
  async suspend(op: Operation, principal: SignedIn, userId: string): Promise<void> {
    const { people, signIns, audit } = this.#deps;
    await this.#changing(op, principal, userId, async (op, { status }) => {
      if (status === 'suspended') return;
      await people.setStatus(op, userId, 'suspended');
      await signIns.endAll(op, userId, { reason: 'suspended', but: null });
      await audit.recordInstallation(op, {
        action: 'user.suspended',
        ...whom(principal, userId),
        before: { status },
        after: { status: 'suspended' },
      });
    });
  }

  /** @throws AppError `user.not_found`, `permission.denied`. */
  async restore(op: Operation, principal: SignedIn, userId: string): Promise<void> {
    const { people, audit } = this.#deps;
    await this.#changing(op, principal, userId, async (op, { status }) => {
      if (status === 'active') return;
      await people.setStatus(op, userId, 'active');
      await audit.recordInstallation(op, {
        action: 'user.restored',
        ...whom(principal, userId),
        before: { status },
        after: { status: 'active' },
      });
    });
  }

  /** @throws AppError `user.not_found`, `permission.denied`. */
  async changeRole(op: Operation, principal: SignedIn, userId: string, role: 'admin' | 'user'): Promise<void> {
    const { people, audit } = this.#deps;
    await this.#changing(op, principal, userId, async (op, { installationRole }) => {
      if (installationRole === role) return;
      await people.setRole(op, userId, role);
      await audit.recordInstallation(op, {
        action: 'user.role_changed',
        ...whom(principal, userId),
        before: { installationRole },
        after: { installationRole: role },
      });
    });
  }

  /** Signs somebody out everywhere. @throws AppError `user.not_found`, `permission.denied`. */
  async endSignIns(op: Operation, principal: SignedIn, userId: string): Promise<void> {
    const { signIns, audit } = this.#deps;
    await this.#changing(op, principal, userId, async (op) => {
      const ended = await signIns.endAll(op, userId, { reason: 'revoked', but: null });
      await audit.recordInstallation(op, { action: 'sign_in.ended', ...whom(principal, userId), after: { ended } });
    });
  }

  /**
   * Lets somebody choose a new password; nobody chooses it for them.
   * @returns the link to hand on when there is no mail, this once; null when it was mailed.
   * @throws AppError `user.not_found`, `permission.denied`.
   */
  async startReset(op: Operation, principal: SignedIn, userId: string): Promise<string | null> {
    const { resets, audit } = this.#deps;
    return await this.#changing(op, principal, userId, async (op, { email }) => {
      await audit.recordInstallation(op, { action: 'user.reset_started', ...whom(principal, userId) });
      return await resets.startFor(op, { userId, email });
    });
  }

  async #find(
    op: Operation,
    { search, status }: PersonFilter,
    opts: { readonly after: PersonCursor | null; readonly count: number },
  ): Promise<readonly PersonCursor[]> {
    const isEverybody = search === '' && status === 'all';
    const size = isEverybody ? opts.count : stride;
    const found: PersonCursor[] = [];
    for (let { after } = opts; ; ) {
      const seen = await this.#deps.people.walk(op, { search, status }, { after, size });
      found.push(...seen.filter(({ isMatch }) => isMatch));
      const last = seen.at(-1);
      if (!last || isEverybody || found.length >= opts.count) return found.slice(0, opts.count);
      after = last;
    }
  }

  async #changing<T>(
    memberOp: Operation,
    principal: SignedIn,
    userId: string,
    change: (op: Operation, person: StandingPerson) => Promise<T>,
  ): Promise<T> {
    const { db, people, hints } = this.#deps;
    return await db.transaction(asSystem(memberOp), async (op) => {
      const person = await people.lock(op, userId);
      if (!person) throw new AppError('user.not_found');
      if (userId === principal.userId) throw denied('self');
      if (person.installationRole === 'owner') throw denied('owner');
      db.afterCommit(op, () => hints.send('access', userId, ''));
      return await change(op, person);
    });
  }
}

function whom(principal: SignedIn, userId: string) {
  return { target: { kind: 'user', id: userId }, actorId: principal.userId };
}

function denied(reason: 'self' | 'owner'): AppError {
  return new AppError('permission.denied', { details: { permission: 'installation.write', reason } });
}
