import { type MemberPage, memberPage } from '@atelier/contracts/organisations';
import { isAtLeast, type OrganisationRole } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { decodeMemberCursor, encodeMemberCursor } from './member-cursor.ts';
import type { MembersRepository } from './members.repository.ts';
import type { OrganisationsRepository } from './organisations.repository.ts';

export interface MembersDeps {
  readonly db: Database;
  readonly organisations: OrganisationsRepository;
  readonly members: MembersRepository;
  readonly audit: AuditLog;
  readonly hints: HintBus;
}

/** Who belongs to the current organisation: seeing, changing roles, removing, leaving. */
export class MembersService {
  readonly #deps: MembersDeps;
  constructor(deps: MembersDeps) {
    this.#deps = deps;
  }

  async list(
    op: Operation,
    principal: SignedIn,
    input: { readonly limit: number; readonly cursor?: string | null | undefined },
  ): Promise<MemberPage> {
    const rows = await this.#deps.members.page(op, principal.organisationId, {
      after: input.cursor ? decodeMemberCursor(input.cursor) : null,
      limit: input.limit + 1,
    });
    const items = rows.slice(0, input.limit);
    const last = items.at(-1);
    const seesAddresses = isAtLeast(principal.role, 'admin');
    return memberPage.parse({
      items: items.map((row) => ({
        ...row,
        email: seesAddresses || row.userId === principal.userId ? row.email : null,
        joinedAt: row.joinedAt.toISOString(),
      })),
      nextCursor: last && rows.length > input.limit ? encodeMemberCursor(last) : null,
    });
  }

  /**
   * Nobody gives more than they have, or takes it from somebody above them; the owner changes by a transfer only.
   * @throws AppError `member.not_found`, `permission.denied`.
   */
  async changeRole(op: Operation, principal: SignedIn, userId: string, role: OrganisationRole): Promise<void> {
    const { members, audit } = this.#deps;
    const id = principal.organisationId;
    await this.#changing(op, principal, userId, async (op, { own, before }) => {
      if (!isAtLeast(own, role)) throw denied();
      if (before === role) return;
      await members.setRole(op, id, userId, role);
      await audit.record(op, id, {
        action: 'member.role_changed',
        target: { kind: 'user', id: userId },
        before: { role: before },
        after: { role },
      });
    });
  }

  /** @throws AppError `member.not_found`, `permission.denied`. */
  async remove(op: Operation, principal: SignedIn, userId: string): Promise<void> {
    const { members, audit } = this.#deps;
    const id = principal.organisationId;
    await this.#changing(op, principal, userId, async (op, { before }) => {
      await members.remove(op, id, userId);
      await audit.record(op, id, {
        action: 'member.removed',
        target: { kind: 'user', id: userId },
        before: { role: before },
      });
    });
  }

  /** @throws AppError `organisation.personal`, `organisation.needs_owner`. */
  async leave(op: Operation, principal: SignedIn): Promise<void> {
    const { db, organisations, members, audit, hints } = this.#deps;
    const id = principal.organisationId;
    await db.transaction(op, async (op) => {
      const organisation = await organisations.lock(op, id);
      if (organisation?.kind !== 'shared') throw new AppError('organisation.personal');
      const own = await members.lock(op, id, principal.userId);
      if (own?.role === 'owner') throw new AppError('organisation.needs_owner');
      await members.remove(op, id, principal.userId);
      await audit.record(op, id, {
        action: 'member.left',
        target: { kind: 'user', id: principal.userId },
        before: { role: own?.role },
      });
    });
    hints.send('access', principal.userId, '');
  }

  async #changing(
    op: Operation,
    principal: SignedIn,
    userId: string,
    change: (
      op: Operation,
      roles: { readonly own: OrganisationRole; readonly before: OrganisationRole },
    ) => Promise<void>,
  ): Promise<void> {
    const { db, members, hints } = this.#deps;
    await db.transaction(op, async (op) => {
      const id = principal.organisationId;
      // Always in the same order, so that two who change each other take turns; and what the caller is counts now, not
      // when the call began.
      const locked = new Map<string, { readonly role: OrganisationRole } | null>();
      for (const person of [principal.userId, userId].toSorted()) {
        locked.set(person, await members.lock(op, id, person));
      }
      const [own, member] = [locked.get(principal.userId), locked.get(userId)];
      if (!member) throw new AppError('member.not_found');
      if (!own || !isAtLeast(own.role, 'admin')) throw denied();
      if (member.role === 'owner' || !isAtLeast(own.role, member.role)) throw denied();
      await change(op, { own: own.role, before: member.role });
    });
    hints.send('access', userId, '');
  }
}

function denied(): AppError {
  return new AppError('permission.denied', { details: { permission: 'member.change', reason: 'role' } });
}
