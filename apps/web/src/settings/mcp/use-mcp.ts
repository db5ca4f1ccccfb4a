import type { McpOwner } from '@atelier/contracts/mcp';
import { trpc } from '../../api.ts';
import { showError } from '../../shell/show-error.ts';

/** What the owner of servers does with them. What the list shows follows each time. */
export function useMcp(owner: McpOwner) {
  const utils = trpc.useUtils();
  const onSettled = () => utils.mcp.list.invalidate();
  const own = {
    add: trpc.mcp.add.useMutation({ onSettled }),
    connect: trpc.mcp.connect.useMutation({ onSettled }),
    update: trpc.mcp.update.useMutation({ onSettled, onError: showError }),
    remove: trpc.mcp.remove.useMutation({ onSettled, onError: showError }),
    approve: trpc.mcp.approve.useMutation({ onSettled, onError: showError }),
    revoke: trpc.mcp.revoke.useMutation({ onSettled, onError: showError }),
  };
  const shared = {
    add: trpc.organisationMcp.add.useMutation({ onSettled }),
    connect: trpc.organisationMcp.connect.useMutation({ onSettled }),
    update: trpc.organisationMcp.update.useMutation({ onSettled, onError: showError }),
    remove: trpc.organisationMcp.remove.useMutation({ onSettled, onError: showError }),
    approve: trpc.organisationMcp.approve.useMutation({ onSettled, onError: showError }),
    revoke: trpc.organisationMcp.revoke.useMutation({ onSettled, onError: showError }),
  };
  return owner === 'person' ? own : shared;
}

/** Asks a server what it has. */
export function useCheck() {
  const utils = trpc.useUtils();
  return trpc.mcp.check.useMutation({ onError: showError, onSettled: () => utils.mcp.list.invalidate() });
}
