import type { TerminalDto, TerminalId } from '@atelier/contracts/terminals';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { NetworkAccess, Sandbox, SandboxLimits, SandboxProcess } from '@atelier/sandbox/ports';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { SessionsService } from '../sessions/index.ts';
import type { OpenTerminals } from './open-terminals.ts';
import type { Terminal } from './terminal.ts';
import type { TerminalRightsRepository } from './terminal-rights.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
const wallClockMs = 12 * 60 * 60_000;
/** Access that ends ends terminals within so long, should no hint come. */
const lookEveryMs = 5000;
/** After a line was typed files may have changed; viewers are told once for all lines of a moment. */
const announceAfterMs = 2000;
/** A person's own prompt: where they are, without the name of a machine that nobody knows. */
const prompt = '\\[\\e[1;34m\\]\\w\\[\\e[0m\\] \\$ ';

export interface TerminalsDeps {
  readonly sandbox: Sandbox;
  readonly sessions: Pick<SessionsService, 'get'>;
  readonly terminals: OpenTerminals;
  readonly rights: Pick<TerminalRightsRepository, 'holding'>;
  /** The session's workspace on this machine, ready for the sandbox's user. */
  readonly workspaceOf: (sessionId: string) => Promise<string>;
  readonly limits: Partial<SandboxLimits>;
  readonly network: NetworkAccess;
  /** Files of a session may have changed, and nobody knows which. */
  readonly announce: (sessionId: string) => Promise<void>;
  readonly hints: Pick<HintBus, 'on'>;
  readonly log: Pick<Logger, 'warn' | 'debug'>;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Ref {
  readonly sessionId: string;
  readonly terminalId: TerminalId;
}

/** Shells of people in the sandbox of their own sessions. */
export class TerminalsService {
  readonly #deps: TerminalsDeps;
  readonly #announcing = new Map<string, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(deps: TerminalsDeps) {
    this.#deps = deps;
    deps.hints.on('access', () => void this.#look());
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#deps.terminals.sweep();
      void this.#look();
    }, lookEveryMs);
    this.#timer.unref();
  }

  /** @throws AppError `session.not_found`. */
  async list(op: Operation, principal: SignedIn, sessionId: string): Promise<readonly TerminalDto[]> {
    await this.#deps.sessions.get(op, principal, sessionId);
    return this.#deps.terminals.of(sessionId).map(({ dto }) => dto);
  }

  /** @throws AppError `session.not_found`, `session.archived`, `sandbox.off`, `terminal.too_many`, `service.draining`. */
  async open(op: Operation, principal: SignedIn, input: Size & { readonly sessionId: string }): Promise<TerminalDto> {
    const { sandbox, sessions, terminals } = this.#deps;
    const { sessionId } = input;
    const session = await sessions.get(op, principal, sessionId);
    if (session.status === 'archived') throw new AppError('session.archived');
    if (!sandbox.state.isProven) {
      throw new AppError('sandbox.off', { details: { reason: sandbox.state.reason, remedy: sandbox.state.remedy } });
    }
    const { terminal, process } = await terminals.open(
      sessionId,
      () => this.#start(input),
      () => this.#announceSoon(sessionId),
    );
    void process.ended.then(() => this.#announceSoon(sessionId));
    return terminal.dto;
  }

  /** One of the caller's terminals. @throws AppError `session.not_found`, `terminal.not_found`, `terminal.elsewhere`. */
  async get(op: Operation, principal: SignedIn, { sessionId, terminalId }: Ref): Promise<Terminal> {
    await this.#deps.sessions.get(op, principal, sessionId);
    return this.#deps.terminals.get(sessionId, terminalId);
  }

  /** @throws AppError as `get`, and `request.too_many`. */
  async write(
    op: Operation,
    principal: SignedIn,
    input: Ref & { readonly writerId: string; readonly seq: number; readonly data: string },
  ): Promise<void> {
    const terminal = await this.get(op, principal, input);
    if (!terminal.write(input)) throw new AppError('request.too_many', { retryAfterMs: 5000 });
  }

  async resize(op: Operation, principal: SignedIn, input: Ref & Size): Promise<void> {
    (await this.get(op, principal, input)).resize(input.columns, input.rows);
  }

  async close(op: Operation, principal: SignedIn, input: Ref): Promise<void> {
    await this.#deps.terminals.remove(await this.get(op, principal, input));
  }

  /** Ends every terminal of a session. `reason` is a sentence for those who look at one. */
  async endAll(sessionId: string, reason: string): Promise<void> {
    await this.#deps.terminals.removeAll(sessionId, reason);
  }

  async stop(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearInterval(this.#timer);
    for (const timer of this.#announcing.values()) clearTimeout(timer);
    const ended = this.#deps.terminals.sessionIds().map((id) => this.endAll(id, 'Closed: the server was stopped.'));
    await Promise.all(ended);
  }

  async #start({ sessionId, columns, rows }: Size & { readonly sessionId: string }): Promise<SandboxProcess> {
    const { sandbox, limits, network, workspaceOf } = this.#deps;
    const workspace = await workspaceOf(sessionId);
    if (this.#isClosed) throw new AppError('service.draining');
    return sandbox.start({
      workspace,
      command: ['bash', '--noprofile', '-i'],
      // The history of one terminal is its own, and no file of the workspace.
      env: { PS1: prompt, HISTFILE: '' },
      terminal: { columns, rows },
      limits: { ...limits, wallClockMs, outputBytes: Number.POSITIVE_INFINITY },
      network,
    });
  }

  /** While the database is away nobody's terminal is ended: nothing is known, and nothing new is let in. */
  async #look(): Promise<void> {
    const { terminals, rights, log } = this.#deps;
    const sessionIds = terminals.sessionIds();
    if (sessionIds.length === 0) return;
    try {
      const holding = await rights.holding(system, sessionIds);
      const lost = sessionIds.filter((id) => !holding.has(id));
      await Promise.all(lost.map((id) => this.endAll(id, 'Closed: you may not use it any more.')));
    } catch (error) {
      log.warn({ error }, 'whether terminals may stay open could not be asked; trying again');
    }
  }

  #announceSoon(sessionId: string): void {
    if (this.#isClosed || this.#announcing.has(sessionId)) return;
    const timer = setTimeout(() => {
      this.#announcing.delete(sessionId);
      this.#deps.announce(sessionId).catch((error: unknown) => {
        // A session that was deleted meanwhile has no viewers.
        this.#deps.log.debug({ error }, 'changed files could not be announced');
      });
    }, announceAfterMs);
    this.#announcing.set(sessionId, timer);
  }
}
