import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SandboxUser } from './launch.ts';
import type { SandboxEnd, SandboxProcess, SandboxRequest, SandboxState } from './ports.ts';
import { failedChecks, readAnswers } from './probe-checks.ts';
import { probeScript } from './probe-script.ts';
import { notIsolated, notSetUp } from './remedies.ts';

export interface ProbeOptions {
  /** Where workspaces lie: the probe's lies beside them, so that what is wrong with the place is found. */
  readonly folder: string;
  readonly user: SandboxUser | null;
  readonly version: string;
  readonly start: (request: SandboxRequest) => SandboxProcess;
}

/** bubblewrap itself reads /proc/1/limits of the probe, so the number is one that nothing else has. */
const limits = { processes: 64, wallClockMs: 10_000 };

/** Runs a command that looks around, with the very arguments of every later command. */
export async function probe({ folder, user, version, start }: ProbeOptions): Promise<SandboxState> {
  const place = await mkdtemp(path.join(folder, '.probe-'));
  try {
    // Everybody may pass: what hides the secret has to be the sandbox, not the file system's rights.
    chmodSync(place, 0o755);
    const secret = path.join(place, `secret-${randomUUID()}`);
    await writeFile(secret, 'seen', { mode: 0o644 });
    const workspace = await mkdtemp(path.join(place, 'workspace-'));
    if (user) chownSync(workspace, user.uid, user.gid);
    const { end, output } = await run(start({ workspace, command: ['/bin/sh', '-c', probeScript(secret)], limits }));
    const answers = readAnswers(output);
    if (answers.of('WORKSPACE').length === 0) return { isProven: false, ...notSetUp(end.message ?? output) };
    const failed = failedChecks(answers, ownNamespaces());
    return failed.length === 0 ? { isProven: true, version } : { isProven: false, ...notIsolated(failed) };
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

function ownNamespaces(): string[] {
  return readdirSync('/proc/self/ns').map((name) => readlinkSync(`/proc/self/ns/${name}`));
}

async function run(command: SandboxProcess): Promise<{ end: SandboxEnd; output: string }> {
  const chunks: Uint8Array[] = [];
  command.onOutput((chunk) => chunks.push(chunk));
  const end = await command.ended;
  return { end, output: Buffer.concat(chunks).toString('utf8') };
}
