import type { AuditEventDto, AuditFilter, AuditPage, AuditStatistics, AuditVerdict } from '@atelier/contracts/audit';
import { auditEventDto, auditStatistics } from '@atelier/contracts/audit';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditChain } from './audit-chain.ts';
import type { AuditCount, AuditLogRepository, AuditRow } from './audit-log.repository.ts';
import { type AuditLog, installationRecord } from './audit-log.ts';

const batch = 1000;
/** How much later than its organisation a record may begin: they are written by different clocks. */
const beginsWithinMs = 60 * 60_000;
const dayMs = 24 * 60 * 60_000;

export interface AuditDeps {
  readonly db: Database;
  readonly rows: AuditLogRepository;
  readonly chain: AuditChain;
  readonly log: AuditLog;
}

/** Reading the record: pages, statistics, export, and whether it is still what was written. */
export class AuditService {
  readonly #deps: AuditDeps;
  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  async page(
    op: Operation,
    principal: SignedIn,
    input: AuditFilter & { readonly limit: number; readonly before?: number | undefined },
  ): Promise<AuditPage> {
    const record = recordOf(op, principal, input);
    const { limit, before } = input;
    const rows = await this.#deps.rows.page(record.op, record.id, input, { before, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items: items.map(toDto), nextBefore: rows.length > limit ? (items.at(-1)?.seq ?? null) : null };
  }

  async statistics(op: Operation, principal: SignedIn, filter: AuditFilter): Promise<AuditStatistics> {
    const record = recordOf(op, principal, filter);
    return summed(await this.#deps.rows.count(record.op, record.id, filter));
  }

  /** All that the filter lets through, oldest last, in batches; that it was read is recorded first. */
  async *export(
    op: Operation,
    principal: SignedIn,
    filter: AuditFilter,
  ): AsyncGenerator<readonly AuditEventDto[], void> {
    const record = recordOf(op, principal, filter);
    const { scope, ...conditions } = filter;
    const fact = { action: 'audit.exported', target: { kind: 'audit', id: record.id }, after: conditions } as const;
    if (scope === 'installation') await this.#deps.log.recordInstallation(op, { ...fact, actorId: principal.userId });
    else await this.#deps.log.record(op, record.id, fact);
    for (let before: number | undefined; ; ) {
      const rows = await this.#deps.rows.page(record.op, record.id, filter, { before, limit: batch });
      if (rows.length > 0) yield rows.map(toDto);
      before = rows.at(-1)?.seq;
      if (rows.length < batch) return;
    }
  }

  async verify(op: Operation, principal: SignedIn, filter: Pick<AuditFilter, 'scope'>): Promise<AuditVerdict> {
    const record = recordOf(op, principal, filter);
    return await this.verifyRecord(record.op, record.id);
  }

  /**
   * Reads a whole record and says where it is not what was written: an entry that was changed, removed or moved, or an
   * end that was cut off. Entries that are added meanwhile are left for the next time.
   */
  async verifyRecord(op: Operation, organisationId: string): Promise<AuditVerdict> {
    const { rows, chain, db } = this.#deps;
    return await db.transaction(op, async (op) => {
      // Holding the head keeps the record's end where it is while it is read.
      const head = await rows.lockHead(op, organisationId);
      const dueSince = await rows.dueSince(op, organisationId);
      if (!head) {
        const isDue = organisationId === installationRecord ? await rows.hasOwner(op) : dueSince !== null;
        const isGone = isDue || (await rows.hasEntries(op, organisationId));
        return { checked: 0, problem: isGone ? { seq: 0, kind: 'end_changed' } : null };
      }
      const headFits = chain.headFits(organisationId, head);
      if (headFits === null) return { checked: 0, problem: { seq: head.lastSeq, kind: 'key_missing' } };
      if (!headFits) return { checked: 0, problem: { seq: head.lastSeq, kind: 'end_changed' } };
      let hash = head.anchorHash;
      let seq = head.anchorSeq;
      let checked = 0;
      // Where the making of the owner is not among the entries, they were taken away and begun anew.
      let lacksOwner = organisationId === installationRecord && head.anchorSeq === 0 && (await rows.hasOwner(op));
      for (;;) {
        const entries = await rows.readAfter(op, organisationId, { after: seq, limit: batch });
        for (const entry of entries) {
          if (entry.seq !== seq + 1) return { checked, problem: { seq: seq + 1, kind: 'missing' } };
          const fits = chain.fits(entry, hash);
          if (fits === null) return { checked, problem: { seq: entry.seq, kind: 'key_missing' } };
          if (!fits) return { checked, problem: { seq: entry.seq, kind: 'changed' } };
          // A record that begins later than what it is about was taken away and begun anew.
          const isLate = dueSince !== null && entry.at.getTime() - dueSince.getTime() > beginsWithinMs;
          if (entry.seq === 1 && isLate) return { checked, problem: { seq: 1, kind: 'missing' } };
          if (entry.action === 'owner.claimed') lacksOwner = false;
          ({ hash, seq } = entry);
          checked += 1;
        }
        if (entries.length < batch) break;
      }
      if (seq < head.lastSeq) return { checked, problem: { seq: seq + 1, kind: 'missing' } };
      if (seq > head.lastSeq || !hash.equals(head.lastHash)) return { checked, problem: { seq, kind: 'end_changed' } };
      return { checked, problem: lacksOwner ? { seq: 1, kind: 'missing' } : null };
    });
  }

  /** Removes what is older than the retention, from every record, and notes that it did. */
  async prune(op: Operation, opts: { readonly now: Date; readonly retentionDays: number }): Promise<number> {
    const { rows, chain, db, log } = this.#deps;
    const before = new Date(opts.now.getTime() - opts.retentionDays * dayMs);
    let pruned = 0;
    for (const organisation of await rows.organisations(op)) {
      for (;;) {
        const removed = await db.transaction(op, async (op) => {
          const head = await rows.lockHead(op, organisation);
          const last = await rows.prune(op, organisation, { before, limit: batch });
          if (!head || !last) return 0;
          const ends = { ...head, anchorSeq: last.seq, anchorHash: last.hash };
          await rows.saveHead(op, organisation, chain.head(organisation, ends));
          await log.record(op, organisation, {
            action: 'audit.pruned',
            target: { kind: 'audit', id: organisation },
            after: { upTo: last.seq, olderThanDays: opts.retentionDays },
          });
          return last.seq - head.anchorSeq;
        });
        pruned += removed;
        if (removed < batch) break;
      }
    }
    return pruned;
  }
}

/** Which record, and as whom it is read. The installation's is read by the program for its administrators. */
function recordOf(op: Operation, principal: SignedIn, filter: Pick<AuditFilter, 'scope'>) {
  if (filter.scope === 'organisation') return { op, id: principal.organisationId };
  if (principal.installationRole === 'user') {
    throw new AppError('permission.denied', { details: { permission: 'installation.read', reason: 'role' } });
  }
  return { op: asSystem(op), id: installationRecord };
}

function toDto(row: AuditRow): AuditEventDto {
  return auditEventDto.parse({
    seq: row.seq,
    at: row.at.toISOString(),
    event: row.event,
    action: row.action,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    target: { kind: row.targetKind, id: row.targetId },
    outcome: row.outcome,
    reason: row.reason,
    change: row.change === null ? null : JSON.parse(row.change),
    ip: row.ip,
    userAgent: row.userAgent,
    requestId: row.requestId,
  });
}

function summed(counts: readonly AuditCount[]): AuditStatistics {
  const byAction = new Map<string, number>();
  const byDay = new Map<string, number>();
  const byActor = new Map<string | null, { id: string | null; name: string | null; count: number }>();
  const byOutcome = { ok: 0, denied: 0, failed: 0 };
  for (const { action, outcome, day, actorId, actorName, count } of counts) {
    byAction.set(action, (byAction.get(action) ?? 0) + count);
    byDay.set(day, (byDay.get(day) ?? 0) + count);
    byOutcome[outcome] += count;
    const actor = byActor.get(actorId) ?? { id: actorId, name: actorName, count: 0 };
    byActor.set(actorId, { ...actor, count: actor.count + count });
  }
  const most = (a: { readonly count: number }, b: { readonly count: number }) => b.count - a.count;
  return auditStatistics.parse({
    total: byOutcome.ok + byOutcome.denied + byOutcome.failed,
    byAction: [...byAction].map(([action, count]) => ({ action, count })).sort(most),
    byOutcome,
    byDay: [...byDay].map(([day, count]) => ({ day, count })).sort((a, b) => a.day.localeCompare(b.day)),
    byActor: [...byActor.values()].sort(most).slice(0, 20),
  });
}
