import { type BackgroundProcess, type ShellEnd, WorkspaceError } from '@atelier/agent/ports';
import { newId } from '@atelier/kernel/ids';
import type { SandboxProcess } from '@atelier/sandbox/ports';

const maxOfSession = 8;
/** What was not read yet; of more the end is kept. In UTF-16 code units. */
const maxUnread = 200_000;
const sweepMs = 60_000;

interface Entry {
  readonly process: BackgroundProcess;
  /** When the agent last had to do with it. */
  touchedAt: number;
}

/**
 * What agents have started and not ended. It lives as long as this process, and no longer than an hour after its agent
 * last asked for it: nothing goes on unseen for ever.
 */
export class BackgroundProcesses {
  readonly #idleMs: number;
  readonly #sessions = new Map<string, Entry[]>();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs = 3_600_000) {
    this.#idleMs = idleMs;
    this.#timer = setInterval(() => this.#sweep(), sweepMs);
    this.#timer.unref();
  }

  /** @throws WorkspaceError when the session has as many as it may. */
  checkRoom(sessionId: string): void {
    const running = (this.#sessions.get(sessionId) ?? []).filter(({ process }) => process.end === null);
    if (running.length < maxOfSession) return;
    throw new WorkspaceError(`${maxOfSession} processes run already. Stop one with stop_process first.`);
  }

  add(
    sessionId: string,
    title: string,
    process: SandboxProcess,
    listen: (process: SandboxProcess, onText: (text: string) => void) => void,
  ): BackgroundProcess {
    let unread = '';
    let end: ShellEnd | null = null;
    listen(process, (text) => {
      unread = (unread + text).slice(-maxUnread);
    });
    void process.ended.then(({ exitCode, message, durationMs }) => {
      end = { exitCode, message, durationMs };
    });
    const entry: Entry = {
      touchedAt: Date.now(),
      process: {
        // No other worker's process is called so, nor one of before a restart: an agent remembers names.
        id: `p${newId().slice(-8)}`,
        title,
        get end() {
          return end;
        },
        takeOutput() {
          entry.touchedAt = Date.now();
          const taken = unread;
          unread = '';
          return taken;
        },
        async stop() {
          await process.stop();
          await process.ended;
        },
      },
    };
    this.#sessions.set(sessionId, [...(this.#sessions.get(sessionId) ?? []), entry]);
    return entry.process;
  }

  /** The sessions that have something running. */
  running(): readonly string[] {
    const isRunning = ({ process }: Entry) => process.end === null;
    return [...this.#sessions].flatMap(([sessionId, entries]) => (entries.some(isRunning) ? [sessionId] : []));
  }

  of(sessionId: string): readonly BackgroundProcess[] {
    return (this.#sessions.get(sessionId) ?? []).map(({ process }) => process);
  }

  /** Ends what a session has started. */
  async stopAll(sessionId: string): Promise<void> {
    const entries = this.#sessions.get(sessionId) ?? [];
    this.#sessions.delete(sessionId);
    await Promise.all(entries.map(({ process }) => process.stop()));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#sessions.keys()].map((sessionId) => this.stopAll(sessionId)));
  }

  #sweep(): void {
    const before = Date.now() - this.#idleMs;
    for (const [sessionId, entries] of this.#sessions) {
      for (const { process } of entries.filter(({ touchedAt }) => touchedAt < before)) void process.stop();
      const kept = entries.filter(({ touchedAt }) => touchedAt >= before);
      if (kept.length > 0) this.#sessions.set(sessionId, kept);
      else this.#sessions.delete(sessionId);
    }
  }
}
