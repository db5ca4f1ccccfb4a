import {
  type McpCheck,
  type McpDefinition,
  type McpOwner,
  type McpServerDto,
  type McpToolList,
  mcpToolList,
} from '@atelier/contracts/mcp';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { McpConnections } from './mcp-connections.ts';
import { failureIn, failureWords } from './mcp-failure.ts';
import { stateOf } from './mcp-server-dto.ts';
import type { McpServersRepository, ServerRow } from './mcp-servers.repository.ts';
import { type McpServersService, ownerOf } from './mcp-servers.service.ts';
import type { McpToolsRepository } from './mcp-tools.repository.ts';
import { callName, pinOf } from './tool-pin.ts';

const checkMs = 20_000;
/** Of a description, where one chooses among many. */
const maxDescription = 200;

export interface McpToolsDeps {
  readonly db: Database;
  readonly servers: McpServersRepository;
  readonly service: McpServersService;
  readonly tools: McpToolsRepository;
  readonly connections: McpConnections;
  /** Removes the workspace that a command was looked at in. */
  readonly removeWorkspace: (sessionId: string) => Promise<void>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** What servers offer, and what people have agreed to: nothing is used that nobody has looked at. */
export class McpToolsService {
  readonly #deps: McpToolsDeps;
  constructor(deps: McpToolsDeps) {
    this.#deps = deps;
  }

  /** Asks a server what it has, as the caller. That it fails is an answer. @throws AppError `mcp_server.not_found`. */
  async check(op: Operation, principal: SignedIn, serverId: string): Promise<McpCheck> {
    const { servers, service, connections } = this.#deps;
    const server = await servers.find(op, principal, serverId);
    if (!server) throw new AppError('mcp_server.not_found');
    // A command is looked at in an empty workspace of its own.
    const scratch = newId();
    const place = { server, userId: principal.userId, sessionId: scratch };
    try {
      const { listed } = await connections.use(place, async (client) => {
        client.forgetTools();
        return await client.tools({ signal: AbortSignal.timeout(checkMs), timeoutMs: checkMs });
      });
      await this.see(op, server, listed);
      return {
        ok: true,
        code: 'ok',
        message: 'The server answers.',
        server: await service.get(op, principal, serverId),
      };
    } catch (error) {
      if (error instanceof AppError) throw error;
      const code = failureIn(error);
      return { ok: false, code, message: failureWords[code], server: await service.get(op, principal, serverId) };
    } finally {
      if (server.kind === 'stdio') {
        await connections.closeSession(scratch);
        await this.#deps.removeWorkspace(scratch);
      }
    }
  }

  /** What agents can be given of the servers that the caller can use, off or on. */
  async list(op: Operation, principal: SignedIn): Promise<McpToolList> {
    const { servers, tools } = this.#deps;
    const rows = await servers.usableBy(op, principal);
    const all = await tools.of(
      op,
      rows.map(({ id }) => id),
    );
    return mcpToolList.parse({
      items: rows.map(({ id, userId, name: server, isEnabled }) => ({
        name: server,
        owner: userId === null ? 'organisation' : 'person',
        isEnabled,
        tools: all
          .filter(({ serverId }) => serverId === id)
          .map((row) => ({
            name: row.name,
            callName: callName(server, row.name),
            description: (row.approved ?? row.seen).description.slice(0, maxDescription).toWellFormed(),
            state: stateOf(row),
          })),
      })),
    });
  }

  /** Remembers what a server has now. What is not as it was agreed to is not given to agents any more. */
  async see(op: Operation, server: ServerRow, listed: ReadonlyMap<string, McpDefinition>): Promise<void> {
    const { db, tools, clock } = this.#deps;
    const seen = [...listed]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, definition]) => ({ name, seen: definition, seenPin: pinOf(name, definition) }));
    await db.transaction(op, async (op) => await tools.see(op, server, seen, clock.now()));
  }

  /** Agrees to tools exactly as they were seen. @throws AppError `mcp_server.not_found`, `mcp_tool.changed`. */
  async approve(
    op: Operation,
    principal: SignedIn,
    owner: McpOwner,
    input: { readonly serverId: string; readonly tools: readonly { readonly name: string; readonly pin: string }[] },
  ): Promise<McpServerDto> {
    const { db, servers, tools, service } = this.#deps;
    const { serverId } = input;
    return await db.transaction(op, async (op) => {
      if (!(await servers.lock(op, ownerOf(principal, owner), serverId))) throw new AppError('mcp_server.not_found');
      const wanted = [...new Map(input.tools.map((tool) => [tool.name, tool])).values()];
      if ((await tools.approve(op, serverId, wanted)) !== wanted.length) throw new AppError('mcp_tool.changed');
      await this.#record(op, principal, { serverId, action: 'mcp_tools.approved', after: { tools: wanted } });
      return await service.get(op, principal, serverId);
    });
  }

  /** @throws AppError `mcp_server.not_found`. */
  async revoke(
    op: Operation,
    principal: SignedIn,
    owner: McpOwner,
    { serverId, names }: { readonly serverId: string; readonly names: readonly string[] },
  ): Promise<McpServerDto> {
    const { db, servers, tools, service } = this.#deps;
    return await db.transaction(op, async (op) => {
      if (!(await servers.lock(op, ownerOf(principal, owner), serverId))) throw new AppError('mcp_server.not_found');
      await tools.revoke(op, serverId, names);
      await this.#record(op, principal, { serverId, action: 'mcp_tools.revoked', after: { tools: names } });
      return await service.get(op, principal, serverId);
    });
  }

  async #record(
    op: Operation,
    { organisationId }: SignedIn,
    fact: {
      readonly serverId: string;
      readonly action: 'mcp_tools.approved' | 'mcp_tools.revoked';
      readonly after: Readonly<Record<string, unknown>>;
    },
  ): Promise<void> {
    const { serverId, action, after } = fact;
    await this.#deps.audit.record(op, organisationId, { action, after, target: { kind: 'mcp_server', id: serverId } });
  }
}
