import type { Programs } from './programs.ts';

/** The user that commands run as when the server is root. */
export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Between what systemd and Debian give out by themselves (60 705 to 61 184), so that nobody has it, and below 65 536, so
 * that it exists in containers that map no more.
 */
export const sandboxUser: SandboxUser = { uid: 60_999, gid: 60_999 };

/** A path of the host that the sandbox's user cannot reach, and the one it is reached by in a mount namespace of our own. */
export interface StagedPath {
  readonly from: string;
  readonly to: string;
}

export interface Launch {
  readonly programs: Programs;
  readonly user: SandboxUser | null;
  readonly staged: readonly StagedPath[];
  /** bubblewrap's options come from this descriptor: as arguments every user of the host could read them. */
  readonly optionsDescriptor: number;
  readonly prlimit: readonly string[];
  readonly command: readonly string[];
  /** Files may not grow: what tries is told so, and goes on. Otherwise it is ended, and its end says why. */
  readonly isFull: boolean;
}

/**
 * The first process inside. It waits for the command, and buries what the command left. A shell that only had to run the
 * command would become it, and a first process is not ended by signals that it sends itself. When the machine runs out of
 * memory the kernel is to take the sandbox first, not the server.
 */
const firstProcess = 'echo 1000 > /proc/self/oom_score_adj; "$@"; exit $?';
const firstProcessWhenFull = `trap '' XFSZ; ${firstProcess}`;
const stage = 'while [ "$1" != -- ]; do "$0" --bind -- "$1" "$2" || exit 126; shift 2; done; shift; exec "$@"';

/** The whole command line. Every program of it becomes the next, so it stays one process until bubblewrap. */
export function commandLine(launch: Launch): string[] {
  return [...staging(launch), ...asUser(launch), ...inside(launch)];
}

function staging({ programs, staged }: Launch): string[] {
  if (staged.length === 0) return [];
  const paths = staged.flatMap(({ from, to }) => [from, to]);
  return [
    programs.unshare,
    '--mount',
    '--propagation',
    'private',
    '--',
    programs.sh,
    '-c',
    stage,
    programs.mount,
  ].concat(paths, '--');
}

function asUser({ programs, user }: Launch): string[] {
  if (!user) return [];
  return [
    ...[programs.setpriv, `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
  ];
}

function inside(launch: Launch): string[] {
  return [
    ...[launch.programs.bwrap, '--args', String(launch.optionsDescriptor), '--', launch.programs.prlimit],
    ...launch.prlimit,
    ...['/bin/sh', '-c', launch.isFull ? firstProcessWhenFull : firstProcess, 'sh', ...launch.command],
  ];
}
