import { describe, expect, test } from 'vitest';
import { judge } from '../../test/bpf.ts';
import { seccompFilter, verdict } from './filter.ts';
import { type Syscall, syscalls } from './syscalls.ts';

const x64 = 0xc000003e;
const arm64 = 0xc00000b7;
const i386 = 0x40000003;
const ordinaryCalls = {
  x64: { read: 0, write: 1, open: 2, mmap: 9, execve: 59, exit: 60, getpid: 39, openat: 257, futex: 202, statx: 332 },
  arm64: { read: 63, write: 64, openat: 56, mmap: 222, execve: 221, exit: 93, getpid: 172, futex: 98, statx: 291 },
} as const;
/** Judged by their arguments, so their names alone say nothing. */
const judged = ['clone', 'ioctl', 'prctl', 'socket', 'socketpair'];
const missing = ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'];

describe.each([
  { architecture: 'x64', audit: x64, foreign: arm64 },
  { architecture: 'arm64', audit: arm64, foreign: x64 },
] as const)('the filter for $architecture', ({ architecture, audit, foreign }) => {
  const filter = seccompFilter(architecture);
  const call = (number: number, ...args: number[]) => judge(filter, { architecture: audit, number, arguments: args });
  const named = (name: Syscall, ...args: number[]) => call(syscalls[name][architecture] ?? -1, ...args);

  test('lets ordinary calls pass', () => {
    for (const [name, number] of Object.entries(ordinaryCalls[architecture])) {
      expect(call(number), name).toBe(verdict.allow);
    }
  });

  test('refuses every call that it names', () => {
    const names = Object.keys(syscalls).filter((name): name is Syscall => !judged.includes(name));
    for (const name of names) {
      if (syscalls[name][architecture] === null) continue;
      expect(named(name), name).toBe(missing.includes(name) ? verdict.notImplemented : verdict.notPermitted);
    }
  });

  test('kills a process that speaks for another architecture', () => {
    for (const other of [foreign, i386]) {
      expect(judge(filter, { architecture: other, number: 0 })).toBe(verdict.killProcess);
    }
  });

  test('lets processes and threads start, and namespaces not', () => {
    const threadFlags = 0x003d0f00;
    const forkFlags = 0x01200011;
    expect(named('clone', threadFlags)).toBe(verdict.allow);
    expect(named('clone', forkFlags)).toBe(verdict.allow);
    for (const flag of [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]) {
      expect(named('clone', forkFlags | flag)).toBe(verdict.notPermitted);
    }
  });

  test('gives sockets of the families that programs use', () => {
    const [unix, inet, inet6, netlink, vsock, packet] = [1, 2, 10, 16, 40, 17];
    for (const family of [unix, inet, inet6]) expect(named('socket', family ?? 0, 1, 0)).toBe(verdict.allow);
    expect(named('socket', netlink ?? 0, 3, 0)).toBe(verdict.allow);
    expect(named('socket', netlink ?? 0, 3, 15)).toBe(verdict.familyNotSupported);
    for (const family of [vsock, packet]) expect(named('socket', family ?? 0, 1, 0)).toBe(verdict.familyNotSupported);
    expect(named('socketpair', 1, 1, 0)).toBe(verdict.allow);
    expect(named('socketpair', 30, 1, 0)).toBe(verdict.familyNotSupported);
  });

  test('lets terminals be used, not typed into', () => {
    const [windowSize, typeInto, paste] = [0x5413, 0x5412, 0x541c];
    expect(named('ioctl', 0, windowSize)).toBe(verdict.allow);
    expect(named('ioctl', 0, typeInto)).toBe(verdict.notPermitted);
    expect(named('ioctl', 0, paste)).toBe(verdict.notPermitted);
  });

  test('looks at the half of a request that the kernel looks at', () => {
    const highBits = 2 ** 32;
    expect(named('ioctl', 0, highBits + 0x5412)).toBe(verdict.notPermitted);
    expect(named('socket', highBits + 40, 1, 0)).toBe(verdict.familyNotSupported);
  });

  test('lets a process name itself, and not outlive the server', () => {
    const [setName, setDeathSignal] = [15, 1];
    expect(named('prctl', setName)).toBe(verdict.allow);
    expect(named('prctl', setDeathSignal)).toBe(verdict.notPermitted);
  });
});

test('a call under its number of the x32 interface kills', () => {
  const number = 0x40000000 + syscalls.ptrace.x64;
  expect(judge(seccompFilter('x64'), { architecture: x64, number })).toBe(verdict.killProcess);
});
