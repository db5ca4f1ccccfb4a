import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** The programs of the host that a sandbox is made of, and the Debian package of each. */
const packageOf = {
  bwrap: 'bubblewrap',
  prlimit: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  sh: 'dash',
  bash: 'bash',
  chown: 'coreutils',
  du: 'coreutils',
  mkfifo: 'coreutils',
} as const;

export type ProgramName = keyof typeof packageOf;
export type Programs = Readonly<Record<ProgramName, string>>;

/** Fixed, because what a PATH leads to could be a file that somebody else wrote. */
const directories = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

export type FoundPrograms =
  | { readonly programs: Programs; readonly missing: null }
  | { readonly programs: null; readonly missing: { readonly program: ProgramName; readonly package: string } };

/** Where each program is, or the first that is missing. */
export async function findPrograms(): Promise<FoundPrograms> {
  const found: Record<ProgramName, string> = { ...packageOf };
  for (const program of names) {
    const file = await findProgram(program);
    if (!file) return { programs: null, missing: { program, package: packageOf[program] } };
    found[program] = file;
  }
  return { programs: found, missing: null };
}

const names: readonly ProgramName[] = [
  'bwrap',
  'prlimit',
  'setpriv',
  'unshare',
  'mount',
  'sh',
  'bash',
  'chown',
  'du',
  'mkfifo',
];

/** Where a program of the system lies, on the host and inside; null when it is not there. */
export async function findProgram(program: string): Promise<string | null> {
  for (const directory of directories) {
    const file = path.join(directory, program);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return null;
}
