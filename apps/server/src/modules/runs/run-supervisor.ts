import type { Operation } from '@atelier/entities/operation';
import { claimRun } from './claim-run.ts';
import { type AbortReason, type ExecutorDeps, executeRun } from './run-executor.ts';
import { RunRights } from './run-rights.ts';
import { leaseSeconds } from './runs.repository.ts';

const system: Operation = { principal: { kind: 'system' } };

const heartbeatMs = 5000;
/** The longest that a run goes on after its person lost the right to it and no hint came. */
const rightsMs = 4000;
const sweepMs = 1500;
const overdueMs = 15_000;

interface Active {
  readonly sessionId: string;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** When its lease was last known to hold, by this process's own clock. */
  leasedAt: number;
}

export interface SupervisorOptions {
  /** Runs worked at the same time; more wait in the queue. */
  readonly concurrency: number;
}

/** The worker: claims runs, keeps their leases, stops them when asked, and takes over those whose worker is gone. */
export class RunSupervisor {
  readonly #deps: ExecutorDeps;
  readonly #options: SupervisorOptions;
  readonly #rights: RunRights;
  readonly #active = new Map<string, Active>();
  /** Claims under way; they count against the concurrency. */
  readonly #claiming = new Set<string>();
  /** Workers the last sweep did not find. Missed twice, a worker is gone; once, it may just be connecting again. */
  #absent: ReadonlySet<string> = new Set();
  #timers: NodeJS.Timeout[] = [];
  #isDraining = false;

  constructor(deps: ExecutorDeps, options: SupervisorOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#rights = new RunRights(deps.runs);
  }

  start(): void {
    const { hints } = this.#deps;
    hints.on('queued', (sessionId, runId) => void this.startNext(sessionId, runId));
    hints.on('stop', (runId) => this.#active.get(runId)?.abort.abort('stopped' satisfies AbortReason));
    hints.on('access', (userId) => void this.#interruptLost(userId));
    this.#timers = [
      setInterval(() => void this.#heartbeat(), heartbeatMs),
      setInterval(() => void this.#interruptLost(null), rightsMs),
      setInterval(() => void this.#sweep(), sweepMs),
      setInterval(() => void this.#deps.requests.expireOverdue(), overdueMs),
    ];
    void this.#sweep();
  }

  get activeCount(): number {
    return this.#active.size;
  }

  /** Tries to claim and work a run; false when somebody else has it, it must wait, or this process is full. */
  async offer(runId: string): Promise<boolean> {
    const isFull = this.#active.size + this.#claiming.size >= this.#options.concurrency;
    if (this.#isDraining || isFull || this.#active.has(runId) || this.#claiming.has(runId)) return false;
    this.#claiming.add(runId);
    try {
      const claim = await claimRun(this.#deps, runId, this.#deps.hints.self);
      if (!claim) return false;
      const abort = new AbortController();
      const done = executeRun(this.#deps, claim, abort).finally(() => this.#ended(runId, claim.run.sessionId));
      this.#active.set(runId, { sessionId: claim.run.sessionId, abort, done, leasedAt: performance.now() });
      this.#deps.metrics.activeRuns.set(this.#active.size);
      if (this.#isDraining) abort.abort('handed_over' satisfies AbortReason);
      return true;
    } finally {
      this.#claiming.delete(runId);
    }
  }

  /** Takes no more runs, and hands over those under way: another worker goes on from what is in the log. */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    for (const timer of this.#timers) clearInterval(timer);
    const all = Promise.allSettled([...this.#active.values()].map((run) => run.done));
    const isDone = await Promise.race([all.then(() => true), this.#deps.clock.sleep(graceMs).then(() => false)]);
    if (isDone) return;
    for (const run of this.#active.values()) run.abort.abort('handed_over' satisfies AbortReason);
    await Promise.race([all, this.#deps.clock.sleep(2000)]);
    await this.#deps.runs.release(system, this.#deps.hints.self);
  }

  #ended(runId: string, sessionId: string): void {
    this.#active.delete(runId);
    this.#deps.metrics.activeRuns.set(this.#active.size);
    this.#deps.hints.send('queued', sessionId, '');
  }

  /**
   * The run that was just queued, else the session's next one. Whether it is its turn is the claim's to say. It is left to
   * the worker that has what the agent left running; whoever sweeps takes it when that one does not.
   */
  async startNext(sessionId: string, runId: string): Promise<void> {
    if (this.#isDraining || this.#deps.isElsewhere(sessionId)) return;
    try {
      if (runId !== '') return void (await this.offer(runId));
      const next = (await this.#deps.runs.unfinished(system, sessionId)).find((run) => run.state === 'queued');
      if (next) await this.offer(next.id);
    } catch (error) {
      this.#deps.log.warn({ error }, 'the next run could not be started; the sweep will find it');
    }
  }

  async #heartbeat(): Promise<void> {
    const ids = [...this.#active.keys()];
    if (ids.length === 0) return;
    const askedAt = performance.now();
    try {
      const held = await this.#deps.runs.heartbeat(system, this.#deps.hints.self, ids);
      const byId = new Map(held.map((run) => [run.id, run]));
      for (const id of ids) {
        const active = this.#active.get(id);
        const run = byId.get(id);
        if (!active) continue;
        if (run) active.leasedAt = askedAt;
        if (run?.isStopRequested) active.abort.abort('stopped' satisfies AbortReason);
        if (!run && !(await this.#hasEnded(id))) active.abort.abort('lease_lost' satisfies AbortReason);
      }
    } catch (error) {
      this.#deps.log.warn({ error }, 'the leases could not be extended; trying again');
      this.#abandonExpired();
    }
  }

  /** Interrupts runs whose person may no longer have them: one person's, or everybody's. */
  async #interruptLost(userId: string | null): Promise<void> {
    const ids = [...this.#active.keys()];
    if (ids.length === 0) return;
    try {
      for (const [id, loss] of await this.#rights.lostBy(ids, userId)) {
        this.#active.get(id)?.abort.abort(loss satisfies AbortReason);
      }
    } catch (error) {
      this.#deps.log.warn({ error }, 'whether runs may go on could not be asked; trying again');
    }
  }

  /** A run that is being ended has given its lease back before we hear of it. */
  async #hasEnded(id: string): Promise<boolean> {
    await this.#deps.clock.sleep(200);
    return !this.#active.has(id);
  }

  /** The lease is over by our own clock: somebody else may have the run, so nothing more is done for it. */
  #abandonExpired(): void {
    const since = performance.now() - leaseSeconds * 1000;
    for (const run of this.#active.values()) {
      if (run.leasedAt < since) run.abort.abort('lease_lost' satisfies AbortReason);
    }
  }

  async #sweep(): Promise<void> {
    try {
      await this.#expireAbsent();
      const stranded = await this.#deps.runs.stranded(system, this.#options.concurrency);
      for (const run of stranded) await this.offer(run.id);
    } catch (error) {
      this.#deps.log.warn({ error }, 'stranded runs could not be looked for; trying again');
    }
  }

  async #expireAbsent(): Promise<void> {
    const absent = await this.#deps.runs.absentWorkers(system);
    const gone = absent.filter((worker) => this.#absent.has(worker));
    this.#absent = new Set(absent);
    if (gone.length > 0) await this.#deps.runs.expire(system, gone);
  }
}
