import { type Architecture, type Syscall, syscalls } from '../../src/seccomp/syscalls.ts';
import { type Attempt, perl } from './attempt.ts';

const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

/** Makes one system call; only the filter's own answer counts, so that a call that failed for its arguments is no success. */
function call(name: string, number: number, args: readonly number[], expected: keyof typeof errno): Attempt {
  const program = `my $r = syscall(shift(@ARGV), map { int } @ARGV); my $e = $! + 0;
    print $r == -1 && $e == ${errno[expected]} ? "REFUSED" : "ESCAPED $r $e"`;
  return { name, command: () => perl(program, String(number), ...args.map(String)) };
}

function refused(name: string, syscall: Syscall, args: readonly number[] = [0, 0, 0, 0, 0]): Attempt[] {
  const number = syscalls[syscall][architecture];
  return number === null ? [] : [call(`${name} (${syscall})`, number, args, 'EPERM')];
}

function missing(name: string, syscall: Syscall, args: readonly number[]): Attempt[] {
  const number = syscalls[syscall][architecture];
  return number === null ? [] : [call(`${name} (${syscall})`, number, args, 'ENOSYS')];
}

function socket(name: string, family: number, type: number, protocol: number): Attempt {
  return call(name, syscalls.socket[architecture], [family, type, protocol], 'EAFNOSUPPORT');
}

const newUser = 0x10000000;
const newMount = 0x00020000;
const newNetwork = 0x40000000;
const getKeyring = 0;
const sessionKeyring = -3;
const attach = 16;

export const syscallAttempts: readonly Attempt[] = [
  ...refused('takes a keyring of the kernel', 'keyctl', [getKeyring, sessionKeyring, 1]),
  ...refused('puts a key into the kernel', 'add_key'),
  ...refused('asks for a key of the kernel', 'request_key'),
  ...refused('traces the first process', 'ptrace', [attach, 1, 0, 0]),
  ...refused("reads the first process's memory", 'process_vm_readv', [1, 0, 0, 0, 0, 0]),
  ...refused("writes the first process's memory", 'process_vm_writev', [1, 0, 0, 0, 0, 0]),
  ...refused('takes a descriptor of another process', 'pidfd_getfd', [0, 0, 0]),
  ...refused('compares processes', 'kcmp', [1, 1, 0, 0, 0]),
  ...refused('makes a user namespace', 'unshare', [newUser]),
  ...refused('makes a mount namespace', 'unshare', [newMount]),
  ...refused('starts a process in a user namespace', 'clone', [newUser | 17, 0, 0, 0, 0]),
  ...refused('starts a process in a network namespace', 'clone', [newNetwork | 17, 0, 0, 0, 0]),
  ...missing('starts a process by the newer call, that no filter can look into', 'clone3', [0, 0]),
  ...refused('joins a namespace', 'setns', [0, 0]),
  ...refused('mounts by call', 'mount'),
  ...refused('mounts by the newer calls', 'fsopen'),
  ...refused('copies a mount', 'open_tree', [-100, 0, 1]),
  ...refused('moves a mount', 'move_mount'),
  ...refused('makes a mount writable', 'mount_setattr'),
  ...refused('exchanges the root', 'pivot_root'),
  ...refused('moves its root', 'chroot'),
  ...refused('opens a file by its handle', 'open_by_handle_at'),
  ...refused('learns the handle of a file', 'name_to_handle_at'),
  ...refused('watches the whole file system', 'fanotify_init'),
  ...refused('loads a program into the kernel', 'bpf'),
  ...refused('measures the kernel', 'perf_event_open'),
  ...refused('handles page faults', 'userfaultfd', [0]),
  ...missing('opens a ring of the kernel', 'io_uring_setup', [8, 0]),
  ...refused('loads a module', 'init_module'),
  ...refused('loads a module from a file', 'finit_module'),
  ...refused('loads another kernel', 'kexec_load'),
  ...refused('restarts the machine', 'reboot', [0xfee1dead, 672274793, 0x1234567]),
  ...refused('sets the time', 'settimeofday'),
  ...refused('sets a clock', 'clock_settime'),
  ...refused('bends a clock', 'adjtimex'),
  ...refused('renames the machine', 'sethostname'),
  ...refused('reads the kernel log by call', 'syslog', [3, 0, 0]),
  ...refused('turns swap on', 'swapon'),
  ...refused('turns accounting on', 'acct'),
  ...refused('changes quotas', 'quotactl'),
  ...refused('hides memory in a file without a name', 'memfd_create'),
  ...refused('hides memory in a shared segment', 'shmget', [0, 4096, 0o1600]),
  ...refused('hides memory in a message queue', 'msgget', [0, 0o1600]),
  ...refused('hides memory in semaphores', 'semget', [0, 32_000, 0o1600]),
  ...refused('changes the segments of the processor', 'modify_ldt'),
  ...refused('speaks to devices by their ports', 'ioperm', [0, 1, 1]),
  ...refused('stays when the server dies', 'prctl', [1, 0, 0, 0, 0]),
  socket('speaks to the machine below by vsock', 40, 1, 0),
  socket('reads packets', 17, 3, 0x0300),
  socket('uses the cryptography of the kernel', 38, 5, 0),
  socket('hears of devices', 16, 2, 15),
  socket('hears of the audit', 16, 3, 9),
  socket('speaks Bluetooth', 31, 3, 1),
  socket('speaks TIPC', 30, 1, 0),
  socket('speaks CAN', 29, 3, 1),
  socket('speaks by express data path', 44, 3, 0),
  {
    name: 'sends raw packets',
    command: () => perl('use Socket; print socket(S, 2, 3, 1) ? "ESCAPED" : "REFUSED"'),
  },
  {
    name: 'makes calls under the numbers of the x32 interface',
    command: () => perl('syscall(0x40000000 + 39); print "ESCAPED"'),
    complaint: ({ end, output }) =>
      process.arch !== 'x64' || end.signal === 'SIGSYS' ? null : `${JSON.stringify(end)} ${output}`,
  },
];
