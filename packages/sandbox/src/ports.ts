/**
 * Runs every command of an agent where it sees its own workspace and nothing else of this machine.
 * Only a sandbox that was proven at start-up runs anything.
 */
export interface Sandbox {
  readonly state: SandboxState;
  /** Who must own a workspace's files, so that commands can change them: null when that is the server's own user. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /**
   * Starts a command in a workspace. What goes wrong from here on is told by `ended`.
   * @throws Error when `state` is not proven, after `close`, or when the request cannot be meant (no command, a relative workspace).
   */
  start(request: SandboxRequest): SandboxProcess;
  /**
   * Gives what the server wrote below `path` to the sandbox's user. Follows no links. Call it while nothing runs in that
   * workspace, after writing many files; a single new file is cheaper given to `user` at once.
   */
  prepareWorkspace(path: string): Promise<void>;
  /** Stops everything that runs, and resolves when nothing of it is left. */
  close(): Promise<void>;
}

export type SandboxState =
  | { readonly isProven: true; readonly version: string }
  /** `reason` and `remedy` are sentences for the people who run the installation; `remedy` holds the line to type. */
  | { readonly isProven: false; readonly reason: string; readonly remedy: string };

export interface SandboxRequest {
  /** Absolute directory of the host. It is /workspace inside. */
  readonly workspace: string;
  /** A program and its arguments. No shell reads them. */
  readonly command: readonly string[];
  /** Variables for inside only. They are not seen in the host's list of processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where to start, relative to the workspace. */
  readonly directory?: string;
  readonly limits?: Partial<SandboxLimits>;
  /** Gives the command a terminal of this size: its output is one stream, its input is open. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  readonly network?: NetworkAccess;
  /** Stops the command. */
  readonly signal?: AbortSignal;
  /** Leaves standard input open for `write`, as a server that speaks over it needs. */
  readonly hasInput?: boolean;
}

/** `proxy`: the hosts of `allow` (`example.com`, or `*.example.com` for what is below it) through a proxy of the server. */
export type NetworkAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'proxy'; readonly allow: readonly string[]; readonly options?: ProxyOptions };

export interface ProxyOptions {
  /** 80 and 443 when left out. */
  readonly ports?: readonly number[];
  /** Lets names of the list lead to addresses that are private to this machine or its network. Never the metadata address. */
  readonly mayReachPrivateAddresses?: boolean;
}

export type OutputStream = 'stdout' | 'stderr';

export interface SandboxProcess {
  /** One listener. What came before it was set is kept for it. */
  onOutput(listener: (chunk: Uint8Array, stream: OutputStream) => void): void;
  /** Does nothing when the command has ended, or has no input. */
  write(data: string | Uint8Array): void;
  /** Closes standard input. */
  endInput(): void;
  resize(columns: number, rows: number): void;
  /** Holds output back, up to what the system's buffers take, while its reader is slow. */
  pause(): void;
  resume(): void;
  /** Asks every process to end, kills what is left half a second later, and resolves when nothing is left. */
  stop(): Promise<void>;
  /** Never rejects. Resolves after the last output, when no process of the command is left. */
  readonly ended: Promise<SandboxEnd>;
}

export interface SandboxEnd {
  /** Null when it was stopped. 128 + n, as a shell says it, when signal n ended it; 127 when there is no such program. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly limit: SandboxLimit | null;
  /** A sentence for people: which limit, and its value. */
  readonly message: string | null;
  readonly durationMs: number;
}

export type SandboxLimit = 'time' | 'output' | 'memory' | 'processes' | 'file_size' | 'disk';

/** Every one may be `Number.POSITIVE_INFINITY` but those that the kernel keeps: `processes`, `cpuSeconds`, `openFiles`. */
export interface SandboxLimits {
  readonly wallClockMs: number;
  /** Of both streams together. */
  readonly outputBytes: number;
  /** Of all processes together. */
  readonly memoryBytes: number;
  /** Processes and threads at one time. */
  readonly processes: number;
  /** Of one file. */
  readonly fileBytes: number;
  /** Of the whole workspace. */
  readonly diskBytes: number;
  /** Of one process. */
  readonly cpuSeconds: number;
  /** Of one process. */
  readonly openFiles: number;
}
