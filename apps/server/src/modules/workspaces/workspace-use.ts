import { AppError } from '@atelier/kernel/app-error';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';

const tellEveryMs = 5000;
/** Two that were lost, and a pause. */
const believedMs = 12_000;
const haltWithinMs = 5000;

export interface WorkspaceUseDeps {
  readonly hints: HintBus;
  /** Those of these processes that are there now. */
  readonly present: (processes: readonly string[]) => Promise<readonly string[]>;
  /** The sessions in whose workspaces agents have something running in this process, between their turns as well. */
  readonly inUse: () => readonly string[];
  /** Ends whatever this process has running in the session's workspace. `reason` is a sentence for people. */
  readonly halt: (sessionId: string, reason: string) => Promise<void>;
  /** Those of these sessions whose owners may have agents at work in them now. */
  readonly holding: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * What runs in workspaces, whichever process it runs in: servers that an agent has started, and its MCP servers, live in
 * the worker that had the turn; terminals in the server that opened them. They end everywhere, or nobody is told that they
 * have; and a worker leaves the next turn to the one where they are.
 */
export class WorkspaceUse {
  readonly #deps: WorkspaceUseDeps;
  /** When another process last said that a session's processes are there. */
  readonly #elsewhere = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: WorkspaceUseDeps) {
    this.#deps = deps;
    const { hints, halt } = deps;
    hints.on('inUse', (sessionId, process) => {
      if (process !== hints.self) this.#elsewhere.set(sessionId, performance.now());
    });
    hints.on('removed', (sessionId) => void this.#halted(halt(sessionId, 'Closed: the session was deleted.')));
    hints.on('halt', (sessionId, value) => {
      const space = value.indexOf(' ');
      const [token, reason] = [value.slice(0, space), value.slice(space + 1)];
      void this.#halted(halt(sessionId, reason).then(() => hints.send('halted', token, hints.self)));
    });
    hints.on('access', () => void this.#endLost());
  }

  start(): void {
    this.#timer = setInterval(() => {
      const since = performance.now() - believedMs;
      for (const [sessionId, heardAt] of this.#elsewhere) if (heardAt < since) this.#elsewhere.delete(sessionId);
      for (const sessionId of this.#deps.inUse()) this.begun(sessionId);
      void this.#endLost();
    }, tellEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Tells the others that the next turn of this session belongs here. */
  begun(sessionId: string): void {
    const { hints } = this.#deps;
    hints.sendToOthers('inUse', sessionId, hints.self);
  }

  /** Whether another process has what an agent left running in this session, and this one has not. */
  isElsewhere(sessionId: string): boolean {
    const heardAt = this.#elsewhere.get(sessionId);
    const isHeard = heardAt !== undefined && performance.now() - heardAt < believedMs;
    return isHeard && !this.#deps.inUse().includes(sessionId);
  }

  /**
   * Ends what runs in a session's workspace, in all processes there are.
   * @throws AppError `service.unavailable` when one of them does not say in time that it has.
   */
  async haltEverywhere(sessionId: string, reason: string): Promise<void> {
    const { hints, present, halt } = this.#deps;
    const waitedFor = new Set(await present(hints.peers));
    const token = newId();
    const { promise: isDone, resolve } = Promise.withResolvers<void>();
    const stop = hints.on('halted', (of, process) => {
      if (of === token) waitedFor.delete(process);
      if (waitedFor.size === 0) resolve();
    });
    const deadline = setTimeout(resolve, haltWithinMs);
    try {
      hints.sendToOthers('halt', sessionId, `${token} ${reason}`);
      await halt(sessionId, reason);
      if (waitedFor.size > 0) await isDone;
      if (waitedFor.size > 0) throw new AppError('service.unavailable', { retryAfterMs: 5000 });
    } finally {
      clearTimeout(deadline);
      stop();
    }
  }

  /** While the database is away nothing is ended: nothing is known, and nothing new begins. */
  async #endLost(): Promise<void> {
    const sessionIds = this.#deps.inUse();
    if (sessionIds.length === 0) return;
    try {
      const holding = await this.#deps.holding(sessionIds);
      const lost = sessionIds.filter((id) => !holding.has(id));
      await Promise.all(lost.map((id) => this.#deps.halt(id, 'Closed: you may not use it any more.')));
    } catch (error) {
      this.#deps.log.warn({ error }, 'whether processes may go on could not be asked; trying again');
    }
  }

  async #halted(halting: Promise<unknown>): Promise<void> {
    try {
      await halting;
    } catch (error) {
      this.#deps.log.warn({ error }, 'what runs in a workspace could not be ended; it ends with this process');
    }
  }
}
