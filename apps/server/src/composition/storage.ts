import { openSandbox } from '@atelier/sandbox/open-sandbox';
import type { NetworkAccess, SandboxLimits } from '@atelier/sandbox/ports';
import { findProgram } from '@atelier/sandbox/programs';
import { workspaceOwner } from '@atelier/sandbox/workspace-owner';
import { SnapshotStore } from '../modules/checkpoints/index.ts';
import { BackgroundProcesses, ReadyWorkspaces, WorkspaceFiles } from '../modules/workspaces/index.ts';
import type { Foundation } from './foundation.ts';

/** The files of sessions on this machine's disk, and the sandbox that commands see them from. */
export type Storage = Awaited<ReturnType<typeof openStorage>>;

export async function openStorage({ config }: Foundation) {
  const files = new WorkspaceFiles(config.dataDirectory, workspaceOwner());
  await files.open(60 * 60_000);
  const sandbox = await openSandbox({ workspaces: files.root });
  const hasRipgrep = (await findProgram('rg')) !== null;
  const background = new BackgroundProcesses();
  const readyWorkspaces = new ReadyWorkspaces(files, sandbox);
  const snapshots = new SnapshotStore({
    dataDirectory: config.dataDirectory,
    workspaces: files.root,
    owner: workspaceOwner(),
  });
  return {
    files,
    sandbox,
    /** Whether commands can search with it. */
    canSearch: sandbox.state.isProven && hasRipgrep,
    background,
    readyWorkspaces,
    snapshots,
    /** Nothing of a session stays. */
    remove: async (sessionId: string) => {
      await files.remove(sessionId);
      await snapshots.remove(sessionId);
    },
    /** What a command of the agent and a shell of a person have in common. */
    ofSandbox: {
      limits: { diskBytes: config.limits.workspaceBytes },
      network: config.sandboxHosts.length > 0 ? { kind: 'proxy', allow: config.sandboxHosts } : { kind: 'none' },
    } satisfies { readonly limits: Partial<SandboxLimits>; readonly network: NetworkAccess },
  };
}
