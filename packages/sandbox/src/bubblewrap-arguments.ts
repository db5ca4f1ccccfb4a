import { existsSync, lstatSync, readlinkSync } from 'node:fs';

export interface Mount {
  readonly from: string;
  readonly to: string;
}

export interface InsideView {
  readonly workspace: string;
  /** Where to start, absolute and inside. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly readOnly: readonly Mount[];
  readonly links: readonly { readonly target: string; readonly at: string }[];
  readonly sockets: readonly Mount[];
  readonly isTerminal: boolean;
  readonly filterDescriptor: number;
}

const mebibyte = 1024 * 1024;
/** Of the host's /etc, what programs need to find libraries and to trust certificates. */
const etc = ['/etc/alternatives', '/etc/ld.so.cache', '/etc/ssl/certs', '/etc/pki/tls/certs', '/etc/ca-certificates'];
/** What tells of the host, and would be of use only to whoever attacks it. */
const masked = ['/proc/keys', '/proc/key-users', '/proc/kallsyms', '/proc/cmdline', '/proc/timer_list'];
const rootDirectories = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/**
 * What bubblewrap is told about one sandbox, without the command. A new root of nothing, and then only what is named:
 * the host's programs read-only, a fresh /proc, /dev and /tmp, and the workspace.
 */
export function bubblewrapArguments(view: InsideView): string[] {
  return [...isolation(view.isTerminal), ...environment(view.env), ...fileSystem(view), ...end(view)];
}

function isolation(isTerminal: boolean): string[] {
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--disable-userns', '--uid', '1000', '--gid', '1000', '--hostname', 'sandbox', '--cap-drop', 'ALL'],
    // bubblewrap's own first process carries no filter, and whoever writes to its /proc/1/mem has none either; and it
    // tells of the end before the last process is gone. So the first process inside is ours.
    '--as-pid-1',
    // Ends with the thread of the server that started it, so it is started from the main thread.
    '--die-with-parent',
    ...(isTerminal ? [] : ['--new-session']),
  ];
}

function environment(env: Readonly<Record<string, string>>): string[] {
  return ['--clearenv', ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value])];
}

function fileSystem(view: InsideView): string[] {
  return [
    ...readOnly({ from: '/usr', to: '/usr' }),
    ...rootDirectories.flatMap(asOnTheHost),
    ...etc.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...masked.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ...memory('/dev/shm', 16),
    ...memory('/tmp', 128),
    ...memory('/run', 1),
    ...view.readOnly.flatMap(readOnly),
    ...view.links.flatMap(({ target, at }) => ['--symlink', target, at]),
    ...view.sockets.flatMap(({ from, to }) => ['--bind', from, to]),
    ...['--bind', view.workspace, '/workspace'],
    // The root and /dev are file systems in memory without a limit of their own.
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

function end(view: InsideView): string[] {
  return ['--chdir', view.directory, '--seccomp', String(view.filterDescriptor)];
}

function readOnly({ from, to }: Mount): string[] {
  return ['--ro-bind', from, to];
}

/** /bin and its like are links into /usr on most systems, and folders of their own on some. */
function asOnTheHost(name: string): string[] {
  const path = `/${name}`;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return ['--symlink', readlinkSync(path), path];
  return stat?.isDirectory() ? ['--ro-bind', path, path] : [];
}

/** A file system in memory, with a size: no process's figures show what lies in it. */
function memory(path: string, mebibytes: number): string[] {
  return ['--size', String(mebibytes * mebibyte), '--tmpfs', path];
}
