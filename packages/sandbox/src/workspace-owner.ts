import { type SandboxUser, sandboxUser } from './launch.ts';

/** Who owns the files of workspaces: commands of a server that is root run as somebody else. Null: the server's own user. */
export function workspaceOwner(): SandboxUser | null {
  return process.getuid?.() === 0 ? sandboxUser : null;
}
