import type { GrantDto } from '@atelier/contracts/auth';
import { type OrganisationSummary, organisationSummary } from '@atelier/contracts/organisations';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { SignInsService } from '../auth/index.ts';
import type { MembersRepository } from './members.repository.ts';
import type { OrganisationRow, OrganisationsRepository } from './organisations.repository.ts';

const dayMs = 24 * 60 * 60_000;
/** How long a deleted organisation can be restored. */
export const keepArchivedMs = 30 * dayMs;

export interface OrganisationsDeps {
  readonly db: Database;
  readonly organisations: OrganisationsRepository;
  readonly members: MembersRepository;
  readonly signIns: SignInsService;
  readonly audit: AuditLog;
  readonly hints: HintBus;
  readonly clock: Clock;
}

/** Making, renaming, handing over and deleting organisations, and going from one to another. */
export class OrganisationsService {
  readonly #deps: OrganisationsDeps;
  constructor(deps: OrganisationsDeps) {
    this.#deps = deps;
  }

  async list(op: Operation, principal: SignedIn): Promise<readonly OrganisationSummary[]> {
    const rows = await this.#deps.organisations.listOf(asSystem(op), principal.userId);
    return rows.map(toSummary);
  }

  async create(op: Operation, principal: SignedIn, input: { readonly name: string }): Promise<OrganisationSummary> {
    const { db, organisations, audit, clock } = this.#deps;
    const id = newId();
    const at = clock.now();
    await db.transaction(asSystem(op), async (op) => {
      await organisations.create(op, { id, name: input.name, ownerId: principal.userId, at });
      await audit.record(op, id, {
        action: 'organisation.created',
        target: { kind: 'organisation', id },
        actorId: principal.userId,
        after: { name: input.name },
      });
    });
    return toSummary({
      id,
      name: input.name,
      kind: 'shared',
      role: 'owner',
      members: 1,
      createdAt: at,
      archivedAt: null,
    });
  }

  /** An access token for another of my organisations, where new tabs open from now on. @throws AppError `organisation.not_found`. */
  async switchTo(op: Operation, principal: SignedIn, organisationId: string): Promise<GrantDto> {
    const { credential, userId } = principal;
    if (credential.kind !== 'sign_in') throw new AppError('permission.denied');
    const mine = await this.#deps.organisations.listOf(asSystem(op), userId);
    if (!mine.some(({ id, archivedAt }) => id === organisationId && !archivedAt)) {
      throw new AppError('organisation.not_found');
    }
    return await this.#deps.signIns.switchTo(asSystem(op), { id: credential.id, userId, organisationId });
  }

  async rename(op: Operation, principal: SignedIn, name: string): Promise<void> {
    const { db, organisations, audit } = this.#deps;
    const id = principal.organisationId;
    await db.transaction(op, async (op) => {
      const before = await this.#lockShared(op, id);
      await organisations.rename(op, id, name);
      await audit.record(op, id, {
        action: 'organisation.renamed',
        target: { kind: 'organisation', id },
        before: { name: before.name },
        after: { name },
      });
    });
    await this.#announce(op, id);
  }

  /** Out of everybody's reach at once; its owner can restore it for thirty days. */
  async archive(op: Operation, principal: SignedIn): Promise<void> {
    const { db, organisations, audit, clock } = this.#deps;
    const id = principal.organisationId;
    await db.transaction(op, async (op) => {
      await this.#lockShared(op, id);
      await organisations.setArchived(op, id, clock.now());
      await audit.record(op, id, {
        action: 'organisation.archived',
        target: { kind: 'organisation', id },
        before: { status: 'open' },
        after: { status: 'archived' },
      });
    });
    await this.#announce(op, id);
  }

  /** @throws AppError `organisation.not_found` for what is not there, not archived, or not theirs. */
  async restore(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, organisations, members, audit } = this.#deps;
    await db.transaction(asSystem(op), async (op) => {
      const organisation = await organisations.lock(op, id);
      const membership = await members.lock(op, id, principal.userId);
      if (!organisation?.archivedAt || membership?.role !== 'owner') throw new AppError('organisation.not_found');
      await organisations.setArchived(op, id, null);
      await audit.record(op, id, {
        action: 'organisation.restored',
        target: { kind: 'organisation', id },
        before: { status: 'archived' },
        after: { status: 'open' },
        actorId: principal.userId,
      });
    });
  }

  /** Hands ownership to another member; who hands it over becomes an administrator. */
  async transfer(op: Operation, principal: SignedIn, userId: string): Promise<void> {
    const { db, members, audit } = this.#deps;
    const id = principal.organisationId;
    await db.transaction(op, async (op) => {
      await this.#lockShared(op, id);
      // Always in the same order, so that two transfers at once take turns.
      for (const person of [principal.userId, userId].toSorted()) await members.lock(op, id, person);
      const own = await members.lock(op, id, principal.userId);
      const other = await members.lock(op, id, userId);
      // Nobody could undo it for an owner who cannot sign in.
      const canSignIn = await members.canSignIn(op, userId);
      if (own?.role !== 'owner' || !other || !canSignIn) throw new AppError('member.not_found');
      if (userId === principal.userId) return;
      await members.setRole(op, id, principal.userId, 'admin');
      await members.setRole(op, id, userId, 'owner');
      await audit.record(op, id, {
        action: 'organisation.transferred',
        target: { kind: 'user', id: userId },
        before: { owner: principal.userId, role: other.role },
        after: { owner: userId },
      });
    });
    await this.#announce(op, id);
  }

  /** @throws AppError `organisation.personal`: it cannot be renamed, shared, left or deleted. */
  async #lockShared(op: Operation, id: string) {
    const organisation = await this.#deps.organisations.lock(op, id);
    if (!organisation) throw new AppError('organisation.not_found');
    if (organisation.kind === 'personal') throw new AppError('organisation.personal');
    return organisation;
  }

  /** What each member may do, or sees, has changed. */
  async #announce(op: Operation, id: string): Promise<void> {
    const { members, hints } = this.#deps;
    for (const userId of await members.idsOf(asSystem(op), id)) hints.send('access', userId, '');
  }
}

function toSummary(row: OrganisationRow): OrganisationSummary {
  return organisationSummary.parse({
    ...row,
    createdAt: row.createdAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    purgeAt: row.archivedAt ? new Date(row.archivedAt.getTime() + keepArchivedMs).toISOString() : null,
  });
}
