import type { Operation } from '@atelier/entities/operation';
import {
  McpAuthorisationsService,
  McpConnections,
  McpCredentialsRepository,
  McpHeaders,
  McpRunTools,
  McpServersRepository,
  McpServersService,
  McpToolsRepository,
  McpToolsService,
  mcpFetch,
  TransportFactory,
} from '../modules/mcp/index.ts';
import { openEgress } from '../platform/egress/egress.ts';
import type { Foundation } from './foundation.ts';
import type { Storage } from './storage.ts';
import { version } from './version.ts';

const system: Operation = { principal: { kind: 'system' } };

/** Of one answer, in bytes; a stream of events is one answer. */
const maxBytes = 16 * 1024 * 1024;
/** A call may take ten minutes. */
const maxMs = 11 * 60_000;

/** Servers of the Model Context Protocol: how they are arranged, reached and used. */
export type Mcp = ReturnType<typeof composeMcp>;

export function composeMcp(foundation: Foundation, storage: Storage) {
  const { db, keys, clock, auditLog: audit, publicUrl } = foundation;
  const settings = async () => (await foundation.settings.current()).mcp;
  const toPublic = openEgress({ allowPrivate: false, ports: null, maxBytes, maxMs });
  const toInternal = openEgress({ allowPrivate: true, ports: null, maxBytes, maxMs });
  const fetch = mcpFetch({ settings, toPublic: toPublic.fetch, toInternal: toInternal.fetch });
  const servers = new McpServersRepository(db);
  const tools = new McpToolsRepository(db);
  const credentials = new McpCredentialsRepository(db);
  const headers = new McpHeaders(keys);
  const transports: TransportFactory = new TransportFactory({
    settings,
    headers,
    fetch,
    credentialOf: async (server, userId) => mcpAuthorisations.ofRun(system, server, userId),
    sandbox: storage.sandbox,
    workspaceOf: (sessionId) => storage.readyWorkspaces.of(sessionId),
    ofSandbox: storage.ofSandbox,
  });
  const mcpAuthorisations = new McpAuthorisationsService({
    db,
    servers,
    credentials,
    keys,
    transports,
    fetch,
    audit,
    clock,
    version,
    redirectUrl: () => new URL('/mcp/callback', publicUrl()).href,
  });
  const connections = new McpConnections({ transports, version });
  const mcpServers = new McpServersService({ db, servers, tools, credentials, headers, settings, audit, clock });
  const mcpTools = new McpToolsService({
    db,
    servers,
    service: mcpServers,
    tools,
    connections,
    removeWorkspace: storage.remove,
    audit,
    clock,
  });
  return {
    /** What procedures use. */
    services: { mcpServers, mcpTools, mcpAuthorisations },
    runTools: new McpRunTools({ servers, tools, service: mcpTools, connections }),
    idleSessions: () => connections.idleSessions(),
    closeSession: (sessionId: string) => connections.closeSession(sessionId),
    close: async () => {
      await connections.close();
      await toPublic.close();
      await toInternal.close();
    },
  };
}
