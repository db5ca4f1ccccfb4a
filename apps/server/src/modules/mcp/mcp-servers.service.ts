import type {
  AddMcpServerInput,
  ConnectMcpServerInput,
  McpOwner,
  McpServerDto,
  McpServerList,
  UpdateMcpServerInput,
} from '@atelier/contracts/mcp';
import type { McpSettings } from '@atelier/contracts/tool-settings';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import type { McpCredentialsRepository } from './mcp-credentials.repository.ts';
import type { McpHeaders } from './mcp-headers.ts';
import { recordedServer, toServerDto } from './mcp-server-dto.ts';
import type { McpServersRepository, ServerOwner, ServerRow } from './mcp-servers.repository.ts';
import type { McpToolsRepository } from './mcp-tools.repository.ts';
import { checkCommand } from './transport-factory.ts';

const most = 20;

export interface McpServersDeps {
  readonly db: Database;
  readonly servers: McpServersRepository;
  readonly tools: McpToolsRepository;
  readonly credentials: McpCredentialsRepository;
  readonly headers: McpHeaders;
  readonly settings: () => Promise<McpSettings>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Servers of the Model Context Protocol: a person's own, and an organisation's, which its administrators arrange. */
export class McpServersService {
  readonly #deps: McpServersDeps;
  constructor(deps: McpServersDeps) {
    this.#deps = deps;
  }

  /** What the caller can use, the organisation's first, and the commands that may be run. */
  async list(op: Operation, principal: SignedIn): Promise<McpServerList> {
    const { servers, settings } = this.#deps;
    const rows = await servers.usableBy(op, principal);
    const { commands } = await settings();
    return { items: [...(await this.#toDtos(op, principal, rows))], commands: commands.map(({ name }) => name) };
  }

  /** @throws AppError `mcp_server.name_taken`, `mcp_server.too_many`, `mcp_server.command_not_allowed`. */
  async add(op: Operation, principal: SignedIn, owner: McpOwner, input: AddMcpServerInput): Promise<McpServerDto> {
    const { db, servers, clock } = this.#deps;
    if (input.kind === 'stdio') checkCommand(await this.#deps.settings(), input.command);
    const now = clock.now();
    const { name, timeoutSeconds, kind } = input;
    const common = { ...ownerOf(principal, owner), id: newId(), name, timeoutSeconds, kind };
    const row: ServerRow = {
      ...common,
      ...this.#placeOf(common.id, input),
      isEnabled: true,
      createdAt: now,
      updatedAt: now,
    };
    return await db.transaction(op, async (op) => {
      if (!(await servers.insert(op, row))) throw new AppError('mcp_server.name_taken');
      if ((await servers.count(op, row)) > most) throw new AppError('mcp_server.too_many');
      await this.#record(op, row, { action: 'mcp_server.added', after: recordedServer(row) });
      return toServerDto(row, [], false);
    });
  }

  /** @throws AppError `mcp_server.not_found`. */
  async update(
    op: Operation,
    principal: SignedIn,
    owner: McpOwner,
    { serverId, isEnabled, timeoutSeconds }: UpdateMcpServerInput,
  ): Promise<McpServerDto> {
    return await this.#changing(op, principal, { owner, serverId, action: 'mcp_server.changed' }, async (_op, row) => ({
      ...row,
      isEnabled: isEnabled ?? row.isEnabled,
      timeoutSeconds: timeoutSeconds ?? row.timeoutSeconds,
    }));
  }

  /**
   * What opens a server goes to the address it was given for and to no other: another address leaves no header but those
   * given with it, nobody's authorisation, and no tool that anybody has agreed to.
   * @throws AppError `mcp_server.not_found`.
   */
  async connect(
    op: Operation,
    principal: SignedIn,
    owner: McpOwner,
    { serverId, url, headers }: ConnectMcpServerInput,
  ): Promise<McpServerDto> {
    const { credentials, tools } = this.#deps;
    return await this.#changing(op, principal, { owner, serverId, action: 'mcp_server.connected' }, async (op, row) => {
      if (row.kind !== 'http') throw new AppError('mcp_server.not_found');
      const isMoved = url !== undefined && url !== row.url;
      if (isMoved) {
        await credentials.forgetAll(op, row.id);
        await tools.forget(op, row.id);
      }
      const opened = headers ?? (isMoved ? [] : null);
      const sealed = opened === null ? {} : this.#deps.headers.seal(row.id, opened);
      return { ...row, url: url ?? row.url, ...sealed };
    });
  }

  /** With its tools and what people authorised there. @throws AppError `mcp_server.not_found`. */
  async remove(op: Operation, principal: SignedIn, owner: McpOwner, serverId: string): Promise<void> {
    const { db, servers } = this.#deps;
    await db.transaction(op, async (op) => {
      const row = await servers.lock(op, ownerOf(principal, owner), serverId);
      if (!row) throw new AppError('mcp_server.not_found');
      await servers.remove(op, serverId);
      await this.#record(op, row, { action: 'mcp_server.removed', before: recordedServer(row) });
    });
  }

  /** One that the caller can use. @throws AppError `mcp_server.not_found`. */
  async get(op: Operation, principal: SignedIn, serverId: string): Promise<McpServerDto> {
    const row = await this.#deps.servers.find(op, principal, serverId);
    const [server] = row ? await this.#toDtos(op, principal, [row]) : [];
    if (!server) throw new AppError('mcp_server.not_found');
    return server;
  }

  #placeOf(id: string, input: AddMcpServerInput) {
    if (input.kind === 'stdio') return { url: null, command: input.command, headersSealed: null, headerNames: [] };
    return { url: input.url, command: null, ...this.#deps.headers.seal(id, input.headers) };
  }

  async #changing(
    op: Operation,
    principal: SignedIn,
    what: { readonly owner: McpOwner; readonly serverId: string; readonly action: AuditFact['action'] },
    change: (op: Operation, row: ServerRow) => Promise<ServerRow>,
  ): Promise<McpServerDto> {
    const { db, servers, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      const before = await servers.lock(op, ownerOf(principal, what.owner), what.serverId);
      if (!before) throw new AppError('mcp_server.not_found');
      const after = { ...(await change(op, before)), updatedAt: clock.now() };
      await servers.save(op, after);
      await this.#record(op, after, {
        action: what.action,
        before: recordedServer(before),
        after: { ...recordedServer(after), areHeadersChanged: after.headersSealed !== before.headersSealed },
      });
      return await this.get(op, principal, what.serverId);
    });
  }

  async #toDtos(op: Operation, { userId }: SignedIn, rows: readonly ServerRow[]): Promise<readonly McpServerDto[]> {
    const ids = rows.map(({ id }) => id);
    const tools = await this.#deps.tools.of(op, ids);
    const authorised = await this.#deps.credentials.authorisedAt(op, userId, ids);
    return rows.map((row) => toServerDto(row, tools, authorised.has(row.id)));
  }

  async #record(op: Operation, { id, organisationId }: ServerRow, fact: Omit<AuditFact, 'target'>): Promise<void> {
    await this.#deps.audit.record(op, organisationId, { ...fact, target: { kind: 'mcp_server', id } });
  }
}

export function ownerOf({ organisationId, userId }: SignedIn, owner: McpOwner): ServerOwner {
  return { organisationId, userId: owner === 'person' ? userId : null };
}
