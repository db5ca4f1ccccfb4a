import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSandbox, type SandboxOptions } from '../src/open-sandbox.ts';
import type { Sandbox, SandboxEnd, SandboxProcess, SandboxRequest } from '../src/ports.ts';

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: SandboxEnd;
}

export interface TestSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly workspace: string;
  /** Runs to the end. `meanwhile` sees the process as soon as it is started. */
  run(
    command: readonly string[],
    request?: Partial<SandboxRequest>,
    meanwhile?: (process: SandboxProcess) => unknown,
  ): Promise<Ran>;
}

/** A proven sandbox with one workspace. Fails with the line that mends it where there can be none. */
export async function openTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'atelier-sandbox-test-'));
  chmodSync(folder, 0o755);
  const workspace = path.join(folder, 'workspace');
  mkdirSync(workspace);
  const sandbox = await openSandbox({ workspaces: folder, ...options });
  if (!sandbox.state.isProven) throw new Error(`${sandbox.state.reason} ${sandbox.state.remedy}`);
  await sandbox.prepareWorkspace(workspace);
  return {
    ...{ sandbox, folder, workspace },
    async run(command, request = {}, meanwhile) {
      const process = sandbox.start({ workspace, command, ...request });
      const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      process.onOutput((chunk, stream) => chunks[stream].push(chunk));
      await meanwhile?.(process);
      const end = await process.ended;
      return { stdout: text(chunks.stdout), stderr: text(chunks.stderr), end };
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function text(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
