import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { defaultLimits } from './limits.ts';
import { openEgress } from './network/open-egress.ts';
import type { Sandbox, SandboxProcess, SandboxRequest, SandboxState } from './ports.ts';
import { RunningCommand } from './running-command.ts';
import { type Host, startCommand } from './start-command.ts';
import { Watchdog } from './watchdog.ts';
import { WorkspaceDisk } from './workspace-disk.ts';

const run = promisify(execFile);

/** Measurements are worth keeping for as many workspaces as are worked in at a time. */
const maxKnownWorkspaces = 1000;

/** Commands by bubblewrap. */
export class BubblewrapSandbox implements Sandbox {
  readonly #host: Host;
  readonly #watchdog = new Watchdog();
  readonly #running = new Set<RunningCommand>();
  readonly #disks = new Map<string, WorkspaceDisk>();
  #state: SandboxState = { isProven: false, reason: 'The sandbox is not tried out yet.', remedy: 'Wait a moment.' };
  #isClosed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  get state(): SandboxState {
    return this.#state;
  }

  get user() {
    return this.#host.user;
  }

  /** @param tryOut Is given the way to start commands before anybody else is. */
  async prove(tryOut: (start: (request: SandboxRequest) => SandboxProcess) => Promise<SandboxState>): Promise<void> {
    this.#state = await tryOut((request) => this.#start(request));
  }

  start(request: SandboxRequest): SandboxProcess {
    if (!this.#state.isProven) throw new Error(`There is no sandbox. ${this.#state.reason}`);
    if (this.#isClosed) throw new Error('The sandbox is closed.');
    return this.#start(request);
  }

  async prepareWorkspace(folder: string): Promise<void> {
    const { user, programs } = this.#host;
    if (!user) return;
    await run(programs.chown, ['-R', '-h', '-P', `${user.uid}:${user.gid}`, '--', folder], { cwd: '/', env: {} });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#running].map((command) => command.stop()));
    await this.#host.runtime.remove();
  }

  #start(request: SandboxRequest): RunningCommand {
    if (request.command.length === 0) throw new Error('There is no command.');
    if (!path.isAbsolute(request.workspace)) throw new Error('The workspace is not an absolute path.');
    const limits = { ...defaultLimits, ...request.limits };
    const disk = this.#diskOf(request.workspace).watch(limits.diskBytes);
    const egress = this.#openEgress(request);
    try {
      const child = startCommand(this.#host, { request, limits: { ...limits, isFull: disk.isFull }, egress });
      const { signal } = request;
      const command = new RunningCommand({ child, limits, watchdog: this.#watchdog, disk, signal });
      this.#running.add(command);
      void this.#forget(command, egress);
      return command;
    } catch (error) {
      egress?.close();
      throw error;
    }
  }

  async #forget(command: RunningCommand, egress: { close(): void } | null): Promise<void> {
    await command.ended;
    egress?.close();
    this.#running.delete(command);
  }

  #openEgress({ network }: SandboxRequest) {
    const { runtime, user, toolchain } = this.#host;
    runtime.restore();
    return openEgress({ access: network ?? { kind: 'none' }, runtime, user, node: toolchain.node });
  }

  #diskOf(workspace: string): WorkspaceDisk {
    const known = this.#disks.get(workspace);
    if (known) return known;
    const disk = new WorkspaceDisk(workspace, this.#host.programs.du);
    const [oldest] = this.#disks.keys();
    if (this.#disks.size >= maxKnownWorkspaces && oldest !== undefined) this.#disks.delete(oldest);
    this.#disks.set(workspace, disk);
    return disk;
  }
}
