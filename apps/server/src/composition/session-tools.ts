import type { AnyTool, TodoStore } from '@atelier/agent/ports';
import { askUser } from '@atelier/agent/tools/ask-user';
import { commandTools } from '@atelier/agent/tools/command-tools';
import { webFetch } from '@atelier/agent/tools/web-fetch';
import { workspaceTools } from '@atelier/agent/tools/workspace-tools';
import type { FileChange } from '@atelier/contracts/files';
import type { Operation } from '@atelier/entities/operation';
import { AllowedWebPages, maxPageBytes, maxPageMs } from '../modules/web-pages/index.ts';
import { SessionShell, SessionWorkspace } from '../modules/workspaces/index.ts';
import { openEgress } from '../platform/egress/egress.ts';
import type { Foundation } from './foundation.ts';
import type { Mcp } from './mcp.ts';
import type { Sessions } from './sessions.ts';
import type { Storage } from './storage.ts';

const system: Operation = { principal: { kind: 'system' } };

/** Those that are wanted, by name. */
export type ToolsFor = (
  run: { readonly sessionId: string; readonly organisationId: string },
  isWanted: (name: string) => boolean,
) => Promise<readonly AnyTool[]>;

/** What agents can do in a session: its files and to-do list, questions, commands in the sandbox, pages of the web, MCP servers. */
export function composeSessionTools(
  { config, db, feeds, settings }: Foundation,
  storage: Storage,
  { sessionRows, workspaces, workspaceUse }: Sessions,
  mcp: Mcp,
) {
  const { files, sandbox, background, readyWorkspaces, canSearch } = storage;
  const toPages = openEgress({
    allowPrivate: false,
    ports: [80, 443],
    maxBytes: maxPageBytes,
    maxMs: maxPageMs,
    givesRedirects: true,
  });
  const webPages = new AllowedWebPages({
    settings: async () => (await settings.current()).webFetch,
    fetch: toPages.fetch,
  });

  const ofSession = (sessionId: string) => {
    const announce = (changes: readonly FileChange[]) => workspaces.announce(system, sessionId, changes);
    const workspace = new SessionWorkspace({ files, sessionId, limits: config.limits, onChanged: announce });
    const todos: TodoStore = {
      save: (items) =>
        db.transaction(system, async (op) => {
          await sessionRows.saveTodos(op, sessionId, items);
          await feeds.append(op, sessionId, [{ type: 'todos.updated', items: [...items] }]);
        }),
    };
    const shell = new SessionShell({
      sandbox,
      sessionId,
      workspace: () => readyWorkspaces.of(sessionId),
      background,
      ...storage.ofSandbox,
      write: (path, text) => workspace.writeText(path, text),
      onStarted: () => workspaceUse.begun(sessionId),
      onChanged: () => announce([]),
    });
    const builtIn = [
      ...workspaceTools(workspace, todos, canSearch ? shell : null),
      askUser(),
      ...(sandbox.state.isProven ? commandTools(shell) : []),
    ];
    return { shell, builtIn };
  };

  const toolsFor: ToolsFor = async ({ sessionId, organisationId }, isWanted) => {
    const { shell, builtIn } = ofSession(sessionId);
    const keep = (text: string) => shell.keepOutput(text);
    const { webFetch: web } = await settings.current();
    const userId = await sessionRows.ownerOf(system, sessionId);
    const own = [...builtIn, ...(web.isOn ? [webFetch(webPages, keep)] : [])];
    return [
      ...own.filter(({ name }) => isWanted(name)),
      ...(userId === null ? [] : await mcp.runTools.of({ organisationId, userId, sessionId, keep }, isWanted)),
    ];
  };
  return {
    toolsFor,
    /** Those that are the same in every session, to be chosen from for an agent. */
    builtIn: (sessionId: string): readonly AnyTool[] => ofSession(sessionId).builtIn,
    close: async () => await toPages.close(),
  };
}
