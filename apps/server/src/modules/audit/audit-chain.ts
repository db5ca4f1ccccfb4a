import type { KeyRing } from '../../platform/secrets/key-ring.ts';
import type { AuditEntry, AuditHeadRow, AuditRow } from './audit-log.repository.ts';

/** What the first entry of a record stands on. */
const beginning = Buffer.alloc(32);

/**
 * The hashes that make a record tamper-evident: each entry's covers itself and the one before, and the head's covers
 * where the record ends and begins. Whoever can write the tables but has not the key cannot make others.
 */
export class AuditChain {
  readonly #keys: KeyRing;
  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** The head of a record without entries. */
  empty(organisationId: string): AuditHeadRow {
    return this.head(organisationId, { lastSeq: 0, lastHash: beginning, anchorSeq: 0, anchorHash: beginning });
  }

  head(organisationId: string, ends: Omit<AuditHeadRow, 'keyId' | 'mac'>): AuditHeadRow {
    return { ...ends, ...this.#keys.mac('audit-chain', textOfHead(organisationId, ends)) };
  }

  /** The entry with its hash, standing on `before`. */
  link(entry: AuditEntry, before: Buffer): AuditRow {
    const { keyId, mac } = this.#keys.mac('audit-chain', textOf(entry, before));
    return { ...entry, keyId, hash: mac };
  }

  /** Whether the entry is what was written, after `before`. Null when its key is gone. */
  fits(row: AuditRow, before: Buffer): boolean | null {
    return this.#keys.macBy(row.keyId, 'audit-chain', textOf(row, before))?.equals(row.hash) ?? null;
  }

  headFits(organisationId: string, head: AuditHeadRow): boolean | null {
    return this.#keys.macBy(head.keyId, 'audit-chain', textOfHead(organisationId, head))?.equals(head.mac) ?? null;
  }
}

/** JSON of a list keeps the fields apart and in their order. */
function textOf(entry: AuditEntry, before: Buffer): string {
  return JSON.stringify([
    'entry',
    before.toString('hex'),
    entry.organisationId,
    entry.seq,
    entry.at.toISOString(),
    entry.event,
    entry.action,
    entry.actorKind,
    entry.actorId,
    entry.actorName,
    entry.signInHash,
    entry.ip,
    entry.userAgent,
    entry.targetKind,
    entry.targetId,
    entry.outcome,
    entry.reason,
    entry.change,
    entry.requestId,
  ]);
}

function textOfHead(organisationId: string, ends: Omit<AuditHeadRow, 'keyId' | 'mac'>): string {
  return JSON.stringify([
    'head',
    organisationId,
    ends.lastSeq,
    ends.lastHash.toString('hex'),
    ends.anchorSeq,
    ends.anchorHash.toString('hex'),
  ]);
}
