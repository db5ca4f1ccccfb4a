import { readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC, as /proc/self/fdinfo writes it: in octal. */
const closeOnExec = 0o2000000;
const lastStandard = 2;

/**
 * Descriptors of this process that a child would inherit without being meant to. Node closes its own at every start of a
 * program; not those above 16 that it inherited itself, nor those of native modules: node-pty's side of every open
 * terminal is one.
 */
export function inheritableDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > lastStandard && isInherited(descriptor));
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // The one that the folder itself was read by.
    return false;
  }
}
