import type { IPty, IPtyForkOptions } from '@lydell/node-pty';
import type { Child } from './child.ts';

export type SpawnTerminal = (file: string, args: string[], options: IPtyForkOptions) => IPty;

export interface TerminalOptions {
  readonly bash: string;
  readonly line: readonly string[];
  /** Opened, and read by bubblewrap. */
  readonly filterFile: string;
  /** Opened and deleted. */
  readonly optionsFile: string;
  readonly size: { readonly columns: number; readonly rows: number };
  readonly spawnTerminal: SpawnTerminal;
}

/** Positions of what bubblewrap reads. */
export const terminalFilterDescriptor = 9;
export const terminalOptionsDescriptor = 8;
/**
 * The terminal's library neither passes descriptors on nor closes any: so bash does both. It is bash because other shells know
 * descriptors of one digit only.
 */
const setDescriptors = [
  'cd /proc/$$/fd; for number in *; do (( number > 2 )) && eval "exec $number>&-"; done; cd /',
  'exec 9<"$1" 8<"$2" && rm -f -- "$2" && shift 2 && exec "$@"',
].join('; ');

/** Runs a command line in a terminal of its own. */
export function terminalChild(options: TerminalOptions): Child {
  const { columns, rows } = options.size;
  const args = [
    '--norc',
    '--noprofile',
    '-c',
    setDescriptors,
    'bash',
    options.filterFile,
    options.optionsFile,
    ...options.line,
  ];
  const terminal = options.spawnTerminal(options.bash, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    // Bytes: a character that two reads share would be lost as text.
    encoding: null,
  });
  const decoder = new TextDecoder();
  let isOpen = true;

  const exited = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => {
      isOpen = false;
      resolve(signal ? 128 + signal : exitCode);
    });
  });
  return {
    pid: terminal.pid,
    exited,
    onOutput: (listener) => void terminal.onData((chunk) => listener(Buffer.from(chunk), 'stdout')),
    write(data) {
      if (isOpen) terminal.write(typeof data === 'string' ? data : decoder.decode(data, { stream: true }));
    },
    // Control-D, as a person ends their input.
    endInput: () => void (isOpen && terminal.write('\x04')),
    resize: (width, height) => void (isOpen && terminal.resize(width, height)),
    pause: () => terminal.pause(),
    resume: () => terminal.resume(),
  };
}
