import type { FinishMcpAuthorisationInput } from '@atelier/contracts/mcp';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import { auth, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { McpClient } from './mcp-client.ts';
import type { McpServersRepository, ServerRow } from './mcp-servers.repository.ts';
import type { TransportFactory } from './transport-factory.ts';
import { type CredentialDeps, type Pending, stateHashOf, UserCredential } from './user-credential.ts';

export interface AuthorisationsDeps extends CredentialDeps {
  readonly db: Database;
  readonly servers: McpServersRepository;
  readonly transports: TransportFactory;
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  readonly audit: AuditLog;
  readonly version: string;
}

/** Lets people authorise themselves at servers: OAuth with PKCE, bound to the person, the server and its origin. */
export class McpAuthorisationsService {
  readonly #deps: AuthorisationsDeps;
  constructor(deps: AuthorisationsDeps) {
    this.#deps = deps;
  }

  /** What a run has of it: nobody is there to be sent anywhere. */
  ofRun(op: Operation, server: ServerRow, userId: string): UserCredential {
    return new UserCredential(this.#deps, { op, server, userId, isWatched: false });
  }

  /**
   * Where the person is to go. The server itself is asked, and says who authorises for it.
   * @throws AppError `mcp_server.not_found`, `mcp_authorisation.not_offered`, `mcp_authorisation.failed`.
   */
  async begin(op: Operation, principal: SignedIn, serverId: string): Promise<string> {
    const server = await this.#deps.servers.find(op, principal, serverId);
    if (!server) throw new AppError('mcp_server.not_found');
    if (server.kind !== 'http') throw new AppError('mcp_authorisation.not_offered');
    const credential = new UserCredential(this.#deps, { op, server, userId: principal.userId, isWatched: true });
    try {
      const transport = await this.#deps.transports.http(server, credential);
      const client = await McpClient.connect(transport, { version: this.#deps.version, onClosed: () => undefined });
      await client.close();
    } catch (error) {
      if (error instanceof UnauthorizedError && credential.authorisationUrl) return credential.authorisationUrl.href;
      throw new AppError('mcp_authorisation.failed', { cause: error });
    }
    throw new AppError('mcp_authorisation.not_offered');
  }

  /**
   * What the browser came back with, once, and only for who began it. Returns the server's id.
   * @throws AppError `mcp_authorisation.not_started`, `mcp_authorisation.failed`.
   */
  async finish(op: Operation, principal: SignedIn, input: FinishMcpAuthorisationInput): Promise<string> {
    const { credentials, servers, keys, clock, fetch } = this.#deps;
    const row = await credentials.takePending(op, stateHashOf(input.state), principal.userId, clock.now());
    const server = row && (await servers.find(op, principal, row.serverId));
    if (!row?.pendingSealed || !server?.url || new URL(server.url).origin !== row.origin) {
      throw new AppError('mcp_authorisation.not_started');
    }
    const pending: Pending = JSON.parse(keys.open('mcp-token', row.id, row.pendingSealed).toString('utf8'));
    if (!isIssuer(pending, input.iss)) throw new AppError('mcp_authorisation.not_started');
    const credential = new UserCredential(this.#deps, {
      op,
      server,
      userId: principal.userId,
      isWatched: true,
      pending,
    });
    try {
      await auth(credential, { serverUrl: server.url, authorizationCode: input.code, fetchFn: fetch });
    } catch (error) {
      throw new AppError('mcp_authorisation.failed', { cause: error });
    }
    await this.#record(op, principal, server.id, 'mcp_server.authorised');
    return server.id;
  }

  /** @throws AppError `mcp_server.not_found`. */
  async forget(op: Operation, principal: SignedIn, serverId: string): Promise<void> {
    const { db, servers, credentials } = this.#deps;
    await db.transaction(op, async (op) => {
      const server = await servers.find(op, principal, serverId);
      if (!server) throw new AppError('mcp_server.not_found');
      const hadOne = await credentials.forget(op, { serverId, userId: principal.userId });
      if (hadOne) await this.#record(op, principal, serverId, 'mcp_server.forgotten');
    });
  }

  async #record(
    op: Operation,
    { organisationId }: SignedIn,
    id: string,
    action: 'mcp_server.authorised' | 'mcp_server.forgotten',
  ): Promise<void> {
    await this.#deps.audit.record(op, organisationId, { action, target: { kind: 'mcp_server', id } });
  }
}

/** Who sent the browser back is who it was sent to (RFC 9207). */
function isIssuer({ discovery }: Pending, iss: string | null): boolean {
  const metadata = discovery?.authorizationServerMetadata;
  if (iss !== null) return metadata === undefined || metadata.issuer === iss;
  const mustSay: unknown = metadata && Reflect.get(metadata, 'authorization_response_iss_parameter_supported');
  return mustSay !== true;
}
