import type { Sandbox } from '@atelier/sandbox/ports';
import type { WorkspaceFiles } from './workspace-files.ts';

/** Workspaces that commands may change: files that were written before there was a sandbox, or by others, are given over. */
export class ReadyWorkspaces {
  readonly #files: WorkspaceFiles;
  readonly #sandbox: Sandbox;
  readonly #ready = new Map<string, Promise<void>>();

  constructor(files: WorkspaceFiles, sandbox: Sandbox) {
    this.#files = files;
    this.#sandbox = sandbox;
  }

  /** Its path on this machine. Looked through once by each process; what is written later is given over as it is made. */
  async of(sessionId: string): Promise<string> {
    const { root } = await this.#files.of(sessionId);
    const ready = this.#ready.get(sessionId) ?? this.#sandbox.prepareWorkspace(root);
    this.#ready.set(sessionId, ready);
    try {
      await ready;
    } catch (error) {
      this.#ready.delete(sessionId);
      throw error;
    }
    return root;
  }
}
