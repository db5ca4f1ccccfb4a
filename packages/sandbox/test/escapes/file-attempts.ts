import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { type Attempt, mustFail, perl, shell } from './attempt.ts';
import type { World } from './world.ts';

/** Reads a file that must not be there. */
const cannotRead = (name: string, file: (world: World) => string): Attempt => ({
  name,
  command: (world) => mustFail(`cat '${file(world)}' 2>/dev/null`),
});

/** Writes where nothing may be written. */
const cannotWrite = (name: string, file: string): Attempt => ({
  name,
  command: () => mustFail(`: >> '${file}'`),
});

const above = '../../../../../../..';

export const fileAttempts: readonly Attempt[] = [
  cannotRead('reads a file of the host', (world) => world.hostFile),
  cannotRead("reads a neighbour's workspace", (world) => path.join(world.neighbour, 'secret')),
  cannotRead('reads the list of passwords', () => '/etc/shadow'),
  cannotRead('climbs out by dots', (world) => `${above}${world.hostFile}`),
  cannotRead('goes by the root of the first process', (world) => `/proc/1/root${world.hostFile}`),
  cannotRead('goes by its own root', (world) => `/proc/self/root${above}${world.hostFile}`),
  cannotRead("goes by the first process's folder", (world) => `/proc/1/cwd/${above}${world.hostFile}`),
  {
    name: 'follows a link out of the workspace',
    command: (world) => mustFail(`ln -s ${world.hostFile} link-${world.token.slice(0, 4)} && cat link-* 2>/dev/null`),
  },
  {
    name: 'follows a link that the server made',
    command: (world) => {
      symlinkSync(world.neighbour, path.join(world.workspace, 'to-neighbour'));
      return mustFail('cat to-neighbour/secret 2>/dev/null');
    },
  },
  {
    name: 'links a file of the system into the workspace',
    command: () => mustFail('ln /etc/passwd passwd 2>/dev/null || ln /usr/bin/id id-link 2>/dev/null'),
  },
  cannotWrite('writes into the programs', '/usr/bin/env'),
  cannotWrite('writes a new program', '/usr/bin/planted'),
  cannotWrite('writes the list of users', '/etc/passwd'),
  cannotWrite('writes into the root', '/planted'),
  cannotWrite('writes into the devices', '/dev/planted'),
  {
    name: 'writes the node that it is given',
    command: () => mustFail('node=$(command -v node); [ -n "$node" ] && : >> "$node"'),
  },
  cannotWrite('sets what the kernel runs after a crash', '/proc/sys/kernel/core_pattern'),
  cannotWrite('sets what the kernel runs to load a module', '/proc/sys/kernel/modprobe'),
  cannotWrite('asks the kernel to restart by its magic key', '/proc/sysrq-trigger'),
  {
    name: 'raises the limit of user namespaces again',
    command: () => mustFail('echo 100 > /proc/sys/user/max_user_namespaces'),
  },
  {
    name: 'reads the memory of the machine',
    command: () =>
      mustFail('head -c 1 /dev/mem || head -c 1 /dev/kmem || head -c 1 /proc/kcore || head -c 1 /dev/port'),
  },
  {
    name: 'reads the log of the kernel',
    command: () => mustFail('head -c 1 /dev/kmsg || head -c 1 /proc/kmsg || dmesg'),
  },
  { name: 'sees /sys', command: () => mustFail('ls /sys/kernel || ls /sys/class') },
  {
    name: 'reads what the kernel tells of itself',
    command: () => mustFail('cat /proc/keys /proc/cmdline /proc/kallsyms 2>/dev/null | grep -q .'),
  },
  {
    name: 'finds a part of the host that is mounted to be written',
    // The fifth field is the place, the sixth begins with how it is mounted.
    command: () =>
      shell(`while read -r a b c d place how rest; do case "$place $how" in
        *" ro,"*|"/workspace "*|"/proc "*|"/tmp "*|"/run "*|"/dev/shm "*|"/dev/pts "*) ;;
        "/dev/"*) [ -c "$place" ] || escaped "$place";;
        *) escaped "$place $how";;
      esac; done < /proc/self/mountinfo; refused`),
  },
  {
    name: 'makes a device',
    command: () =>
      mustFail('mknod disk b 259 0 || mknod disk b 254 0 || mknod /tmp/disk b 8 0 || mknod /tmp/mem c 1 1'),
  },
  { name: 'opens a disk of the host', command: () => mustFail('ls /dev/sda /dev/vda /dev/nvme0n1 /dev/loop0') },
  { name: 'mounts', command: () => mustFail('mount -t tmpfs none /tmp || mount --bind /usr /workspace') },
  {
    name: 'makes the programs writable',
    command: () => mustFail('mount -o remount,rw /usr || mount -o remount,rw,bind /'),
  },
  { name: 'takes a mount away', command: () => mustFail('umount /usr || umount -l /proc || umount /workspace') },
  {
    name: 'runs as the owner of a file',
    // Root made this one, when the server is root.
    command: () => shell('[ "$(./setuid-id -u)" = 1000 ] && refused || escaped "$(./setuid-id)"'),
  },
  {
    name: 'becomes root by a program of the system',
    command: () => mustFail('echo | su root -c true || sudo -n true || pkexec true'),
  },
  {
    name: 'becomes root by a call',
    command: () => perl('$> = 0; $< = 0; print $> == 0 || $< == 0 ? "ESCAPED" : "REFUSED"'),
  },
  {
    name: 'joins other groups',
    command: () => perl('$) = "0 0"; print $) =~ /^0/ ? "ESCAPED" : "REFUSED"'),
  },
  {
    name: 'gives a file to root',
    command: () => perl('open(F, ">", "mine"); print chown(0, 0, "mine") ? "ESCAPED" : "REFUSED"'),
  },
  {
    name: 'has a capability',
    command: () => shell(`grep -qE '^Cap(Eff|Prm|Bnd|Amb|Inh):\\s*0*[1-9a-f]' /proc/self/status && escaped || refused`),
  },
];
