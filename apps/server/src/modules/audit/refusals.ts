import { asSystem, type Operation } from '@atelier/entities/operation';
import { errorCatalogue } from '@atelier/kernel/errors';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Refusal, RefusalRecorder } from '../../platform/trpc/refusal.ts';
import { toAppError } from '../../platform/trpc/wire-errors.ts';
import type { AuditLog } from './audit-log.ts';

/** Refusals that may be somebody trying doors: not theirs, or not allowed. Whoever asks too much is noted as well. */
const notable: ReadonlySet<string> = new Set(['FORBIDDEN', 'NOT_FOUND']);
const windowMs = 60_000;
/** More than this of one person in a minute are told by their number only: nobody fills the record at will. */
const maxPerWindow = 30;

interface Window {
  readonly since: number;
  count: number;
}

/**
 * Notes who was refused what, in the record of the organisation they asked in. Whether the thing exists is not looked
 * at: a refusal costs the same for another's as for nothing. Written beside the answer, which does not wait for it.
 */
export class Refusals implements RefusalRecorder {
  readonly #audit: AuditLog;
  readonly #log: Logger;
  readonly #windows = new Map<string, Window>();
  readonly #writing = new Set<Promise<void>>();

  constructor(audit: AuditLog, log: Logger) {
    this.#audit = audit;
    this.#log = log;
  }

  note(op: Operation, refusal: Refusal): void {
    const { principal } = op;
    const { code } = toAppError(refusal.error);
    const isTooMany = code === 'request.too_many';
    if (!isTooMany && !notable.has(errorCatalogue[code].kind)) return;
    if (principal.kind !== 'user' || !this.#isWithinBounds(principal.userId)) return;
    const { tx: _ended, ...outside } = op;
    const writing = this.#audit
      .record(asSystem(outside), principal.organisationId, {
        action: isTooMany ? 'limit.exceeded' : 'access.denied',
        target: { kind: 'procedure', id: refusal.procedure },
        outcome: 'denied',
        reason: code,
        actorId: principal.userId,
        credential: principal.credential,
        after: idsIn(refusal.input),
      })
      .catch((error: unknown) => this.#log.warn({ error }, 'a refusal could not be recorded'))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Resolves when everything noted so far is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #isWithinBounds(userId: string): boolean {
    const now = Date.now();
    const window = this.#windows.get(userId);
    if (!window || now - window.since > windowMs) {
      for (const [id, { since }] of this.#windows) if (now - since > windowMs) this.#windows.delete(id);
      this.#windows.set(userId, { since: now, count: 1 });
      return true;
    }
    window.count += 1;
    if (window.count === maxPerWindow + 1) {
      this.#log.warn({ userId }, 'somebody is refused again and again; what follows within the minute is not recorded');
    }
    return window.count <= maxPerWindow;
  }
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Of what was asked only the ids: texts, names and secrets never reach the record. */
function idsIn(input: unknown): Record<string, string> {
  if (typeof input !== 'object' || input === null) return {};
  return Object.fromEntries(
    Object.entries(input).filter(([name, value]) => /id$/i.test(name) && typeof value === 'string' && uuid.test(value)),
  );
}
