import type { SandboxEnd, SandboxProcess, SandboxRequest } from '../../src/ports.ts';
import type { World } from './world.ts';

export interface Outcome {
  readonly output: string;
  readonly end: SandboxEnd;
}

/**
 * Something that must not be possible. Its program says REFUSED when it was stopped, and ESCAPED when it was not: what says
 * neither was not tried, and counts as a failure too.
 */
export interface Attempt {
  readonly name: string;
  readonly command: (world: World) => readonly string[];
  readonly request?: (world: World) => Partial<SandboxRequest>;
  /** While it runs. */
  readonly meanwhile?: (process: SandboxProcess, world: World) => Promise<void>;
  /** What is wrong with the outcome, or null. In the place of REFUSED and ESCAPED. */
  readonly complaint?: (outcome: Outcome, world: World) => Promise<string | null> | string | null;
}

/** A shell program. `refused` and `escaped` say which it was; the last word counts. */
export function shell(program: string): readonly string[] {
  return ['/bin/sh', '-c', `refused() { echo "REFUSED $*"; }; escaped() { echo "ESCAPED $*"; }\n${program}`];
}

/** Succeeds at `program`: that is the escape. */
export function mustFail(program: string): readonly string[] {
  return shell(`if (${program}); then escaped; else refused; fi`);
}

export function perl(program: string, ...args: string[]): readonly string[] {
  return ['/usr/bin/perl', '-e', program, '--', ...args];
}

export const mebibyte = 1024 * 1024;

/** A limit that has to stop the command, and to say so. */
export function stoppedBy(limit: SandboxEnd['limit'], value: string): Attempt['complaint'] {
  return ({ end, output }) => {
    if (end.limit !== limit) return `not stopped by ${limit}: ${JSON.stringify(end)} ${output.slice(-300)}`;
    return end.message?.includes(value) ? null : `the message names no ${value}: ${end.message}`;
  };
}
