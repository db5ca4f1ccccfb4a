import {
  type InvitationDto,
  type InvitationMade,
  type InvitationPreview,
  type InvitedRole,
  invitationDto,
  invitationPreview,
} from '@atelier/contracts/organisations';
import { isAtLeast } from '@atelier/contracts/permissions';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { RateLimiter } from '../../platform/rate-limit/rate-limiter.ts';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import { hashLinkSecret, newLinkSecret } from '../../platform/secrets/link-secrets.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { invitationMail, type SignInsService } from '../auth/index.ts';
import type { InvitationRow, InvitationsRepository } from './invitations.repository.ts';
import type { MembersRepository } from './members.repository.ts';
import type { OrganisationsRepository } from './organisations.repository.ts';

const lifetimeMs = 7 * 24 * 60 * 60_000;
const listed = 200;

export interface InvitationsDeps {
  readonly db: Database;
  readonly organisations: OrganisationsRepository;
  readonly members: MembersRepository;
  readonly invitations: InvitationsRepository;
  readonly signIns: SignInsService;
  readonly audit: AuditLog;
  readonly mailer: Mailer;
  readonly limiter: RateLimiter;
  readonly hints: HintBus;
  readonly clock: Clock;
  /** Where people reach the app, without a slash at the end. */
  readonly publicUrl: () => string;
}

/** Offers to join the current organisation, and answering them. */
export class InvitationsService {
  readonly #deps: InvitationsDeps;
  constructor(deps: InvitationsDeps) {
    this.#deps = deps;
  }

  async list(op: Operation, principal: SignedIn): Promise<readonly InvitationDto[]> {
    const rows = await this.#deps.invitations.list(op, principal.organisationId, listed);
    return rows.map((row) => this.#toDto(row));
  }

  /**
   * Takes the place of one for the same address that has expired.
   * @throws AppError `organisation.personal`, `invitation.exists`, `permission.denied`, `request.too_many`.
   */
  async create(
    op: Operation,
    principal: SignedIn,
    input: { readonly email: string; readonly role: InvitedRole; readonly delivery: 'mail' | 'link' },
  ): Promise<InvitationMade> {
    const { db, organisations, invitations, audit, clock, limiter } = this.#deps;
    if (!isAtLeast(principal.role, input.role)) throw denied();
    await limiter.consume('invitations', principal.userId);
    const organisationId = principal.organisationId;
    const secret = newLinkSecret();
    return await db.transaction(op, async (op) => {
      const organisation = await organisations.lock(op, organisationId);
      if (organisation?.kind !== 'shared') throw new AppError('organisation.personal');
      const id = newId();
      const createdAt = clock.now();
      await this.#revokeExpired(op, { organisationId, email: input.email, at: createdAt });
      const isMade = await invitations.insert(op, {
        ...input,
        id,
        organisationId,
        tokenHash: hashLinkSecret(secret),
        invitedBy: principal.userId,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + lifetimeMs),
      });
      if (!isMade) throw new AppError('invitation.exists');
      await audit.record(op, organisationId, {
        action: 'invitation.created',
        target: { kind: 'invitation', id },
        after: { email: input.email, role: input.role, delivery: input.delivery },
      });
      return await this.#deliver(op, organisationId, id, secret);
    });
  }

  /** A new link by the caller, good for seven days; the one before is dead. @throws AppError `invitation.not_found`. */
  async resend(op: Operation, principal: SignedIn, id: string): Promise<InvitationMade> {
    const { db, invitations, audit, clock, limiter } = this.#deps;
    await limiter.consume('invitations', principal.userId);
    const secret = newLinkSecret();
    const organisationId = principal.organisationId;
    return await db.transaction(op, async (op) => {
      const row = await this.#lockOpen(op, organisationId, id);
      if (!isAtLeast(principal.role, row.role)) throw denied();
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
      const invitedBy = principal.userId;
      await invitations.renew(op, id, { tokenHash: hashLinkSecret(secret), invitedBy, createdAt, expiresAt });
      await audit.record(op, organisationId, { action: 'invitation.resent', target: { kind: 'invitation', id } });
      return await this.#deliver(op, organisationId, id, secret);
    });
  }

  /** @throws AppError `invitation.not_found`. */
  async revoke(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, invitations, audit, clock } = this.#deps;
    await db.transaction(op, async (op) => {
      await this.#lockOpen(op, principal.organisationId, id);
      await invitations.revoke(op, id, clock.now());
      await audit.record(op, principal.organisationId, {
        action: 'invitation.revoked',
        target: { kind: 'invitation', id },
      });
    });
  }

  /** For whoever holds the link. @throws AppError `invitation.not_found` also for one that was answered or has ended. */
  async preview(op: Operation, token: string): Promise<InvitationPreview> {
    const row = await this.#openByToken(asSystem(op), token, { lock: false });
    return invitationPreview.parse({
      organisation: row.organisationName,
      inviter: row.inviterName,
      role: row.role,
      email: row.email,
      expiresAt: row.expiresAt.toISOString(),
    });
  }

  /** For whoever registers by it. @throws AppError `invitation.not_found`. */
  async offered(op: Operation, token: string): Promise<{ readonly email: string; readonly isMailed: boolean }> {
    const { email, delivery } = await this.#openByToken(asSystem(op), token, { lock: false });
    return { email, isMailed: delivery === 'mail' };
  }

  /**
   * Joins. The address has to be the one that was invited; one that came by mail proves it.
   * @returns the organisation that was joined.
   * @throws AppError `invitation.not_found`, `invitation.other_address`.
   */
  async accept(op: Operation, principal: SignedIn, token: string): Promise<{ readonly organisationId: string }> {
    const { db, members, invitations, audit, signIns, clock, hints } = this.#deps;
    const { email } = (await signIns.identity(op, principal)).user;
    const joined = await db.transaction(asSystem(op), async (op) => {
      const row = await this.#openByToken(op, token, { lock: true });
      if (row.email !== email.toLowerCase()) throw new AppError('invitation.other_address');
      const { organisationId, role, id } = row;
      const at = clock.now();
      const isNew = await members.add(op, { organisationId, userId: principal.userId, role, at });
      await invitations.accept(op, id, { userId: principal.userId, at });
      const actorId = principal.userId;
      await audit.record(op, organisationId, {
        action: 'invitation.accepted',
        target: { kind: 'invitation', id },
        actorId,
      });
      // Who is a member already stays what they are.
      if (!isNew) return { organisationId };
      await audit.record(op, organisationId, {
        action: 'member.joined',
        target: { kind: 'user', id: actorId },
        actorId,
        after: { role },
      });
      return { organisationId };
    });
    hints.send('access', principal.userId, '');
    return joined;
  }

  /** @throws AppError `invitation.not_found`, `invitation.other_address`. */
  async decline(op: Operation, principal: SignedIn, token: string): Promise<void> {
    const { db, invitations, audit, signIns, clock } = this.#deps;
    const { email } = (await signIns.identity(op, principal)).user;
    await db.transaction(asSystem(op), async (op) => {
      const row = await this.#openByToken(op, token, { lock: true });
      if (row.email !== email.toLowerCase()) throw new AppError('invitation.other_address');
      await invitations.decline(op, row.id, clock.now());
      await audit.record(op, row.organisationId, {
        action: 'invitation.declined',
        target: { kind: 'invitation', id: row.id },
        actorId: principal.userId,
      });
    });
  }

  async #revokeExpired(
    op: Operation,
    expired: { readonly organisationId: string; readonly email: string; readonly at: Date },
  ): Promise<void> {
    const { invitations, audit } = this.#deps;
    const id = await invitations.revokeExpired(op, expired);
    if (id === null) return;
    await audit.record(op, expired.organisationId, {
      action: 'invitation.revoked',
      target: { kind: 'invitation', id },
    });
  }

  async #deliver(op: Operation, organisationId: string, id: string, secret: string): Promise<InvitationMade> {
    const { invitations, mailer, publicUrl } = this.#deps;
    const row = await invitations.lock(op, organisationId, id);
    if (!row) throw new AppError('invitation.not_found');
    const link = `${publicUrl()}/invitation#${secret}`;
    if (row.delivery === 'mail') {
      const { organisationName: organisation, role, email } = row;
      const inviter = row.inviterName ?? organisation;
      await mailer.send(op, { to: email, ...invitationMail({ organisation, inviter, role, link }) });
    }
    return { invitation: this.#toDto(row), link: row.delivery === 'link' ? link : null };
  }

  async #lockOpen(op: Operation, organisationId: string, id: string): Promise<InvitationRow> {
    const row = await this.#deps.invitations.lock(op, organisationId, id);
    if (!row || row.acceptedAt || row.declinedAt || row.revokedAt) throw new AppError('invitation.not_found');
    return row;
  }

  async #openByToken(op: Operation, token: string, opts: { readonly lock: boolean }): Promise<InvitationRow> {
    const row = await this.#deps.invitations.findByToken(op, hashLinkSecret(token), opts);
    if (!row || this.#stateOf(row) !== 'open') throw new AppError('invitation.not_found');
    return row;
  }

  #stateOf(row: InvitationRow): InvitationDto['state'] {
    if (row.acceptedAt) return 'accepted';
    if (row.declinedAt) return 'declined';
    if (row.revokedAt) return 'revoked';
    // Ends with the right of who invited: a person who is shut out has left no door open.
    return row.expiresAt <= this.#deps.clock.now() || !row.isInviterThere ? 'expired' : 'open';
  }

  #toDto(row: InvitationRow): InvitationDto {
    return invitationDto.parse({
      id: row.id,
      email: row.email,
      role: row.role,
      delivery: row.delivery,
      state: this.#stateOf(row),
      invitedBy: row.inviterName,
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    });
  }
}

function denied(): AppError {
  return new AppError('permission.denied', { details: { permission: 'invitation.write', reason: 'role' } });
}
