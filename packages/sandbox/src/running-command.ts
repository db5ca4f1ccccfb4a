import { constants } from 'node:os';
import type { Child } from './child.ts';
import { fullWorkspace, kernelLimit, limitMessage } from './limits.ts';
import type { OutputStream, SandboxEnd, SandboxLimit, SandboxLimits, SandboxProcess } from './ports.ts';
import { askToEnd, killAll } from './signals.ts';
import type { Watchdog } from './watchdog.ts';
import type { DiskWatch } from './workspace-disk.ts';

export interface RunningOptions {
  readonly child: Child;
  readonly limits: SandboxLimits;
  readonly watchdog: Watchdog;
  readonly disk: DiskWatch;
  readonly signal: AbortSignal | undefined;
}

type Listener = (chunk: Uint8Array, stream: OutputStream) => void;

const graceMs = 500;
const killAgainMs = 100;
/** The longest that a timer takes. */
const maxTimerMs = 2 ** 31 - 1;

/** A command on its way: passes its output on, keeps its limits, and makes sure that it ends. */
export class RunningCommand implements SandboxProcess {
  readonly ended: Promise<SandboxEnd>;
  readonly #options: RunningOptions;
  readonly #startedAt = performance.now();
  readonly #kept: [Uint8Array, OutputStream][] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #listener: Listener | null = null;
  #outputBytes = 0;
  #limit: SandboxLimit | null = null;
  #isStopping = false;

  constructor(options: RunningOptions) {
    this.#options = options;
    options.child.onOutput((chunk, stream) => this.#take(chunk, stream));
    this.ended = this.#run();
  }

  onOutput(listener: Listener): void {
    this.#listener = listener;
    for (const [chunk, stream] of this.#kept.splice(0)) listener(chunk, stream);
  }

  write(data: string | Uint8Array): void {
    this.#options.child.write(data);
  }

  endInput(): void {
    this.#options.child.endInput();
  }

  resize(columns: number, rows: number): void {
    this.#options.child.resize(columns, rows);
  }

  pause(): void {
    this.#options.child.pause();
  }

  resume(): void {
    this.#options.child.resume();
  }

  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      // What is held back has to be read to its end, or the end is never seen.
      this.resume();
      askToEnd(this.#options.child.pid);
      this.#timers.push(setTimeout(() => this.#kill(), graceMs));
    }
    await this.ended;
  }

  async #run(): Promise<SandboxEnd> {
    const { child, limits, watchdog, signal } = this.#options;
    const onAbort = () => void this.stop();
    const watched = {
      root: child.pid ?? 0,
      limits,
      onExceeded: (limit: SandboxLimit) => this.#exceed(limit),
      onLook: (usage: { readonly pids: readonly number[] }) => void this.#checkDisk(usage.pids),
    };
    if (child.pid !== null) watchdog.add(watched);
    if (limits.wallClockMs <= maxTimerMs) {
      this.#timers.push(setTimeout(() => this.#exceed('time'), limits.wallClockMs));
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();

    const exitCode = await child.exited;
    watchdog.remove(watched);
    for (const timer of this.#timers) clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    return await this.#end(exitCode);
  }

  async #end(exitCode: number): Promise<SandboxEnd> {
    const { limits, disk } = this.#options;
    const durationMs = performance.now() - this.#startedAt;
    if (await disk.settle()) this.#limit ??= 'disk';
    if (this.#limit) {
      const message = limitMessage(this.#limit, limits);
      return { exitCode: null, signal: 'SIGKILL', limit: this.#limit, message, durationMs };
    }
    if (this.#isStopping) return { exitCode: null, signal: 'SIGTERM', limit: null, message: null, durationMs };
    const why = disk.isFull && exitCode !== 0 ? fullWorkspace(limits) : kernelLimit(exitCode, limits);
    return { exitCode, signal: signalOf(exitCode), ...why, durationMs };
  }

  #take(chunk: Uint8Array, stream: OutputStream): void {
    const left = this.#options.limits.outputBytes - this.#outputBytes;
    this.#outputBytes += chunk.length;
    if (left > 0) this.#pass(chunk.length > left ? chunk.subarray(0, left) : chunk, stream);
    if (chunk.length > left) this.#exceed('output');
  }

  #pass(chunk: Uint8Array, stream: OutputStream): void {
    if (this.#listener) this.#listener(chunk, stream);
    else this.#kept.push([chunk, stream]);
  }

  async #checkDisk(pids: readonly number[]): Promise<void> {
    if (await this.#options.disk.isOver(pids)) this.#exceed('disk');
  }

  #exceed(limit: SandboxLimit): void {
    if (this.#limit) return;
    this.#limit = limit;
    this.resume();
    this.#kill();
  }

  /** Again and again, because what is being set up has no first process yet. */
  #kill(): void {
    killAll(this.#options.child.pid);
    this.#timers.push(setTimeout(() => this.#kill(), killAgainMs));
  }
}

function signalOf(exitCode: number): NodeJS.Signals | null {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][]; // What the keys of this object are.
  return names.find(([, number]) => exitCode === 128 + number)?.[0] ?? null;
}
