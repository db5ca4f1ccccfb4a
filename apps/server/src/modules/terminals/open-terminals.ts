import { maxTerminalsOfSession, type TerminalId, terminalId } from '@atelier/contracts/terminals';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SandboxProcess } from '@atelier/sandbox/ports';
import { Terminal } from './terminal.ts';

export interface OpenTerminalsOptions {
  /** This process, as part of the id of everything it opens. */
  readonly processId: string;
  readonly clock: Clock;
  readonly limits?: Partial<TerminalLimits>;
}

interface TerminalLimits {
  readonly ofProcess: number;
  /** How long one lives that nobody types into and reads, and that writes nothing. */
  readonly idleMs: number;
  /** How long the last words of one that has ended can be read. */
  readonly endedMs: number;
}

const defaults: TerminalLimits = { ofProcess: 20, idleMs: 30 * 60_000, endedMs: 10 * 60_000 };

/** The terminals of this process. They live no longer than it. */
export class OpenTerminals {
  readonly #options: OpenTerminalsOptions;
  readonly #limits: TerminalLimits;
  readonly #terminals = new Map<string, Terminal>();
  readonly #opening = new Map<string, number>();
  /** Forgotten already, and not gone yet. */
  readonly #ending = new Set<Terminal>();

  constructor(options: OpenTerminalsOptions) {
    this.#options = options;
    this.#limits = { ...defaults, ...options.limits };
  }

  /** Opens one with the process that `start` gives. @throws AppError `terminal.too_many`. */
  async open(
    sessionId: string,
    start: () => Promise<SandboxProcess>,
    onLine: () => void,
  ): Promise<{ readonly terminal: Terminal; readonly process: SandboxProcess }> {
    this.#makeRoom(sessionId);
    this.#opening.set(sessionId, (this.#opening.get(sessionId) ?? 0) + 1);
    try {
      const process = await start();
      const id = terminalId.parse(`${this.#options.processId}.${newId()}`);
      const openedAt = this.#options.clock.now();
      const terminal = new Terminal({ id, sessionId, number: this.#freeNumber(sessionId), openedAt, process, onLine });
      this.#terminals.set(id, terminal);
      return { terminal, process };
    } finally {
      const left = (this.#opening.get(sessionId) ?? 1) - 1;
      if (left > 0) this.#opening.set(sessionId, left);
      else this.#opening.delete(sessionId);
    }
  }

  /** @throws AppError `terminal.elsewhere`, `terminal.not_found`. */
  get(sessionId: string, id: TerminalId): Terminal {
    const terminal = this.#terminals.get(id);
    if (terminal?.sessionId === sessionId) return terminal;
    if (!id.startsWith(`${this.#options.processId}.`)) throw new AppError('terminal.elsewhere');
    throw new AppError('terminal.not_found');
  }

  of(sessionId: string): readonly Terminal[] {
    return [...this.#terminals.values()].filter((terminal) => terminal.sessionId === sessionId);
  }

  sessionIds(): readonly string[] {
    return [...new Set([...this.#terminals.values()].map(({ sessionId }) => sessionId))];
  }

  /** Ends it and forgets it. */
  async remove(terminal: Terminal, reason: string | null = null): Promise<void> {
    this.#terminals.delete(terminal.dto.id);
    this.#ending.add(terminal);
    await terminal.stop(reason);
    this.#ending.delete(terminal);
  }

  /** Ends all of a session, and resolves when none is left, whoever began to end it. */
  async removeAll(sessionId: string, reason: string): Promise<void> {
    const ending = [...this.#ending].filter((terminal) => terminal.sessionId === sessionId);
    await Promise.all([
      ...this.of(sessionId).map((terminal) => this.remove(terminal, reason)),
      ...ending.map((terminal) => terminal.stop()),
    ]);
  }

  /** Ends what nobody has had to do with for long, and forgets what has ended long ago. */
  sweep(): void {
    const now = Date.now();
    for (const terminal of this.#terminals.values()) {
      const idleMs = now - terminal.touchedAt;
      if (terminal.end && idleMs >= this.#limits.endedMs) this.#terminals.delete(terminal.dto.id);
      else if (!terminal.end && idleMs >= this.#limits.idleMs) void terminal.stop('Closed: nobody used it for long.');
    }
  }

  /** One that has ended makes room for a new one. */
  #makeRoom(sessionId: string): void {
    const all = [...this.#terminals.values()];
    const ofSession = this.of(sessionId);
    const opening = this.#opening.get(sessionId) ?? 0;
    const allOpening = [...this.#opening.values()].reduce((sum, count) => sum + count, 0);
    const isFull = (found: readonly Terminal[], more: number, limit: number) =>
      found.filter(({ end }) => end === null).length + more >= limit;
    if (isFull(ofSession, opening, maxTerminalsOfSession)) {
      throw new AppError('terminal.too_many', { details: { limit: maxTerminalsOfSession, of: 'session' } });
    }
    if (isFull(all, allOpening, this.#limits.ofProcess)) {
      throw new AppError('terminal.too_many', { details: { limit: this.#limits.ofProcess, of: 'server' } });
    }
    const ended = (ofSession.length >= maxTerminalsOfSession ? ofSession : all).find(({ end }) => end !== null);
    const isCrowded = ofSession.length >= maxTerminalsOfSession || all.length >= this.#limits.ofProcess;
    if (isCrowded && ended) this.#terminals.delete(ended.dto.id);
  }

  #freeNumber(sessionId: string): number {
    const taken = new Set(this.of(sessionId).map(({ dto }) => dto.number));
    let number = 1;
    while (taken.has(number)) number += 1;
    return number;
  }
}
