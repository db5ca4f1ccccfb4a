import {
  type BackgroundProcess,
  type Shell,
  type ShellCommand,
  type ShellEnd,
  type ShellOptions,
  WorkspaceError,
} from '@atelier/agent/ports';
import type { Span, Tracer } from '@atelier/agent/tracer';
import { newId } from '@atelier/kernel/ids';
import type { NetworkAccess, Sandbox, SandboxLimits, SandboxProcess } from '@atelier/sandbox/ports';
import { parsePath } from '../../platform/storage/path-names.ts';
import type { BackgroundProcesses } from './background-processes.ts';

export interface SessionShellOptions {
  readonly sandbox: Sandbox;
  readonly sessionId: string;
  /** The session's workspace on this machine, ready for the sandbox's user. */
  readonly workspace: () => Promise<string>;
  readonly background: BackgroundProcesses;
  readonly limits: Partial<SandboxLimits>;
  readonly network: NetworkAccess;
  readonly write: (path: string, text: string) => Promise<unknown>;
  /** Something was started that goes on. */
  readonly onStarted: () => void;
  /** Files may have changed, and nobody knows which. */
  readonly onChanged: () => Promise<void>;
}

/** The session's sandbox as the agent's tools see it. */
export class SessionShell implements Shell {
  readonly #options: SessionShellOptions;
  constructor(options: SessionShellOptions) {
    this.#options = options;
  }

  async run(command: ShellCommand, opts: ShellOptions): Promise<ShellEnd> {
    const { timeoutMs, signal, onOutput, trace, isReadOnly = false } = opts;
    return await traced(trace, 'sandbox run', async (span) => {
      const process = await this.#start(command, { wallClockMs: timeoutMs }, signal);
      listen(process, onOutput);
      const { exitCode, message, durationMs } = await process.ended;
      span?.set({ 'process.exit.code': exitCode ?? undefined, 'atelier.sandbox.was_limited': message !== null });
      if (!isReadOnly) await this.#options.onChanged();
      return { exitCode, message, durationMs };
    });
  }

  async start(command: ShellCommand, { trace }: Pick<ShellOptions, 'trace'> = {}): Promise<BackgroundProcess> {
    const { background, sessionId, onStarted, onChanged } = this.#options;
    background.checkRoom(sessionId);
    const process = await traced(
      trace,
      'sandbox start',
      async () => await this.#start(command, { wallClockMs: Number.POSITIVE_INFINITY }),
    );
    void process.ended.then(onChanged).catch(() => undefined);
    const started = background.add(sessionId, command.argv.at(-1) ?? '', process, listen);
    onStarted();
    return started;
  }

  processes(): readonly BackgroundProcess[] {
    return this.#options.background.of(this.#options.sessionId);
  }

  async keepOutput(text: string): Promise<string> {
    const path = `.atelier/output-${newId().slice(-12)}.txt`;
    await this.#options.write(path, text);
    return path;
  }

  async #start(
    { argv, directory }: ShellCommand,
    limits: Partial<SandboxLimits>,
    signal?: AbortSignal,
  ): Promise<SandboxProcess> {
    const { sandbox, network } = this.#options;
    return sandbox.start({
      workspace: await this.#options.workspace(),
      command: argv,
      directory: directoryOf(directory),
      limits: { ...this.#options.limits, ...limits },
      network,
      ...(signal ? { signal } : {}),
    });
  }
}

/** What the sandbox takes of a call's time: starting it, the command, and looking at what it left. */
async function traced<T>(
  trace: Tracer | undefined,
  name: string,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const span = trace?.start('sandbox', name);
  try {
    const result = await work(span);
    span?.end();
    return result;
  } catch (error) {
    span?.end({ errorType: error instanceof WorkspaceError ? 'sandbox_refused' : '_OTHER' });
    throw error;
  }
}

function directoryOf(path: string): string {
  try {
    return parsePath(path).join('/');
  } catch {
    throw new WorkspaceError(`${path} is not a directory inside the workspace.`);
  }
}

/** Both streams as text, in the order they come; a character that is cut in two is one again. */
function listen(process: SandboxProcess, onText: (text: string) => void): void {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  process.onOutput((chunk, stream) => {
    // PostgreSQL's text holds no NUL.
    const text = decoders[stream].decode(chunk, { stream: true }).replaceAll('\0', '');
    if (text !== '') onText(text);
  });
}
