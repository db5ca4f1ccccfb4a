import { createHash } from 'node:crypto';
import { type AuditAction, type AuditOutcome, auditActions } from '@atelier/contracts/audit';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import type { Credential } from '@atelier/entities/principal';
import type { Clock } from '@atelier/kernel/clock';
import type { AuditChain } from './audit-chain.ts';
import type { AuditLogRepository } from './audit-log.repository.ts';

/** The installation's own record: what belongs to no organisation, such as sign-ins and settings. */
export const installationRecord = '00000000-0000-0000-0000-000000000000';

export interface AuditFact {
  readonly action: AuditAction;
  readonly target: { readonly kind: string; readonly id: string | null };
  /** `ok` unless told. */
  readonly outcome?: AuditOutcome;
  /** A code for why it ended so. */
  readonly reason?: string;
  /** Names, roles, settings: what was, and what is. Never a secret, a message or a file. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** Who did it, when the operation does not say: somebody who is only about to be signed in. */
  readonly actorId?: string;
  /** What they came with, when the operation does not say. */
  readonly credential?: Credential;
}

/**
 * The record of who did what. An entry is written in the transaction of the fact it tells of, so there is neither a
 * fact without its entry nor an entry without its fact.
 */
export class AuditLog {
  readonly #db: Database;
  readonly #rows: AuditLogRepository;
  readonly #chain: AuditChain;
  readonly #clock: Clock;

  constructor(deps: {
    readonly db: Database;
    readonly rows: AuditLogRepository;
    readonly chain: AuditChain;
    readonly clock: Clock;
  }) {
    this.#db = deps.db;
    this.#rows = deps.rows;
    this.#chain = deps.chain;
    this.#clock = deps.clock;
  }

  /** Writes to an organisation's record, in the operation's transaction. */
  async record(op: Operation, organisationId: string, fact: AuditFact): Promise<void> {
    await this.#db.transaction(op, async (op) => {
      const head = await this.#lockedHead(op, organisationId);
      const actor = await this.#actorOf(op, fact);
      const { before, after } = fact;
      const entry = this.#chain.link(
        {
          organisationId,
          seq: head.lastSeq + 1,
          at: this.#clock.now(),
          event: auditActions[fact.action],
          action: fact.action,
          ...actor,
          ip: op.origin?.ip ?? null,
          userAgent: op.origin?.userAgent ?? null,
          targetKind: fact.target.kind,
          targetId: fact.target.id,
          outcome: fact.outcome ?? 'ok',
          reason: fact.reason ?? null,
          change: before || after ? JSON.stringify({ before, after }) : null,
          requestId: op.requestId ?? null,
        },
        head.lastHash,
      );
      await this.#rows.insert(op, entry);
      const { anchorSeq, anchorHash } = head;
      const ends = { lastSeq: entry.seq, lastHash: entry.hash, anchorSeq, anchorHash };
      await this.#rows.saveHead(op, organisationId, this.#chain.head(organisationId, ends));
    });
  }

  /** Writes to the installation's record. Not inside of a person's transaction, which ends at their organisation. */
  async recordInstallation(op: Operation, fact: AuditFact): Promise<void> {
    const actorId = fact.actorId ?? (op.principal.kind === 'user' ? op.principal.userId : undefined);
    const credential = fact.credential ?? (op.principal.kind === 'user' ? op.principal.credential : undefined);
    await this.record(asSystem(op), installationRecord, {
      ...fact,
      ...(actorId ? { actorId } : {}),
      ...(credential ? { credential } : {}),
    });
  }

  async #lockedHead(op: Operation, organisationId: string) {
    const head = await this.#rows.lockHead(op, organisationId);
    if (head) return head;
    await this.#rows.ensureHead(op, organisationId, this.#chain.empty(organisationId));
    const made = await this.#rows.lockHead(op, organisationId);
    if (!made) throw new Error('The record of an organisation could not be begun.');
    return made;
  }

  async #actorOf(op: Operation, fact: AuditFact) {
    const { principal } = op;
    const actorId = fact.actorId ?? (principal.kind === 'user' ? principal.userId : null);
    const actorName = actorId ? await this.#rows.nameOf(op, actorId) : null;
    const credential = fact.credential ?? (principal.kind === 'user' ? principal.credential : null);
    return {
      actorKind: credential?.kind === 'api_key' ? 'api_key' : actorId ? 'user' : principal.kind,
      actorId,
      actorName,
      signInHash: credential ? createHash('sha256').update(credential.id).digest('hex').slice(0, 32) : null,
    };
  }
}
