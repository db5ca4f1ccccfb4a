import {
  answer,
  assemble,
  field,
  type Instruction,
  load,
  whenAnyBit,
  whenAtLeast,
  whenEqual,
  whenNotEqual,
} from './program.ts';
import { type Architecture, type Syscall, syscalls } from './syscalls.ts';

/** What the kernel does with a call: linux/seccomp.h. A refusal carries the error number in its low half. */
export const verdict = {
  allow: 0x7fff0000,
  killProcess: 0x80000000,
  notPermitted: 0x00050000 + 1,
  notImplemented: 0x00050000 + 38,
  familyNotSupported: 0x00050000 + 97,
} as const;

/**
 * What no build, test or script needs and what the kernel's past holes went through. The namespaces refuse most of it
 * already; these are the second wall, and for the marked ones the only one.
 */
const refused: readonly Syscall[] = [
  // Kernel keyrings and vsock belong to no namespace.
  ...(['add_key', 'keyctl', 'request_key'] as const),
  // Reaching into other processes. /proc/1 inside is a process as well.
  ...(['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'pidfd_getfd', 'kcmp'] as const),
  // Mounts and namespaces.
  ...(['mount', 'umount2', 'pivot_root', 'chroot', 'setns', 'unshare', 'open_tree', 'open_tree_attr'] as const),
  ...(['move_mount', 'mount_setattr', 'fsopen', 'fsconfig', 'fsmount', 'fspick'] as const),
  // A file by its handle: past every mount.
  ...(['open_by_handle_at', 'name_to_handle_at', 'fanotify_init', 'lookup_dcookie'] as const),
  // Programs and pages inside the kernel.
  ...(['bpf', 'perf_event_open', 'userfaultfd'] as const),
  // Memory that no process's figures show, so that the watchdog would not see it.
  ...(['memfd_create', 'memfd_secret', 'shmget', 'semget', 'msgget', 'mq_open'] as const),
  ...(['mbind', 'set_mempolicy', 'migrate_pages', 'move_pages'] as const),
  // The machine itself.
  ...(['init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load', 'reboot'] as const),
  ...(['swapon', 'swapoff', 'acct', 'quotactl', 'quotactl_fd', 'nfsservctl', 'syslog', 'vhangup'] as const),
  ...(['settimeofday', 'clock_settime', 'clock_adjtime', 'adjtimex', 'sethostname', 'setdomainname'] as const),
  ...(['iopl', 'ioperm', 'modify_ldt', 'uselib'] as const),
];

/** Answered as if the kernel were older: programs then take the way that the filter can look at. */
const missing: readonly Syscall[] = ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'];

const auditArchitecture: Record<Architecture, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** Calls of the x32 interface are counted from here: the same calls under other numbers. */
const firstX32Call = 0x40000000;
/** CLONE_NEW* of linux/sched.h: mount, cgroup, host name, IPC, user, process and network namespaces. */
const newNamespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
const socketFamily = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const netlinkRoute = 0;
/** TIOCSTI types into a terminal, TIOCLINUX pastes into a console. */
const typingIntoTerminals = [0x5412, 0x541c];
/** PR_SET_PDEATHSIG: without its death signal the first process inside would outlive a server that was killed. */
const setDeathSignal = 1;

/** The filter of every process inside, as bytes for bubblewrap's `--seccomp`. */
export function seccompFilter(architecture: Architecture): Uint8Array {
  return assemble(filterProgram(architecture));
}

export function filterProgram(architecture: Architecture): Instruction[] {
  const on = (name: Syscall, body: readonly Instruction[]) => {
    const number = syscalls[name][architecture];
    return number === null ? [] : whenEqual(number, body);
  };
  return [
    load(field.architecture),
    ...whenNotEqual(auditArchitecture[architecture], [answer(verdict.killProcess)]),
    load(field.syscall),
    ...(architecture === 'x64' ? whenAtLeast(firstX32Call, [answer(verdict.killProcess)]) : []),
    ...refused.flatMap((name) => on(name, [answer(verdict.notPermitted)])),
    ...missing.flatMap((name) => on(name, [answer(verdict.notImplemented)])),
    ...on('clone', [
      load(field.argument(0)),
      ...whenAnyBit(newNamespaces, [answer(verdict.notPermitted)]),
      answer(verdict.allow),
    ]),
    ...on('prctl', [
      load(field.argument(0)),
      ...whenEqual(setDeathSignal, [answer(verdict.notPermitted)]),
      answer(verdict.allow),
    ]),
    ...on('ioctl', [
      load(field.argument(1)),
      ...typingIntoTerminals.flatMap((request) => whenEqual(request, [answer(verdict.notPermitted)])),
      answer(verdict.allow),
    ]),
    ...on('socket', sockets()),
    ...on('socketpair', [
      load(field.argument(0)),
      ...whenEqual(socketFamily.unix, [answer(verdict.allow)]),
      answer(verdict.familyNotSupported),
    ]),
    answer(verdict.allow),
  ];
}

/** Unix and internet sockets, and of netlink what lists network interfaces. Others, like vsock, reach past the network namespace. */
function sockets(): Instruction[] {
  return [
    load(field.argument(0)),
    ...[socketFamily.unix, socketFamily.inet, socketFamily.inet6].flatMap((family) =>
      whenEqual(family, [answer(verdict.allow)]),
    ),
    ...whenEqual(socketFamily.netlink, [
      load(field.argument(2)),
      ...whenEqual(netlinkRoute, [answer(verdict.allow)]),
      answer(verdict.familyNotSupported),
    ]),
    answer(verdict.familyNotSupported),
  ];
}
