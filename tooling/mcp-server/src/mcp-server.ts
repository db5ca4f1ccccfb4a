import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server as SampleServer } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { type AuthorisationServer, createAuthorisationServer } from './authorisation-server.ts';
import { sampleServer, sampleTools } from './sample-tools.ts';

export { sampleTools } from './sample-tools.ts';

export interface SeenCall {
  readonly caller: string;
  readonly tool: string;
  readonly input: unknown;
}

export interface McpServer extends AsyncDisposable {
  readonly url: string;
  /** Host and port of the server, and of the authorisation server. */
  readonly hosts: readonly string[];
  readonly calls: readonly SeenCall[];
  readonly cancelled: readonly string[];
  /** What was asked for, with what stands behind the question mark. */
  readonly addresses: readonly string[];
  /** Of every request. */
  readonly headers: readonly Readonly<Record<string, string | string[] | undefined>>[];
  /** @param quietly Who is connected is not told. */
  setTools(tools: readonly Tool[], quietly?: boolean): void;
  /** Who signs in at the authorisation server from now on. */
  setPerson(subject: string): void;
  /** Cuts every connection and forgets every session, as a restart does. */
  restart(): void;
  stop(): Promise<void>;
}

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly server: SampleServer;
}

/** A server of the Model Context Protocol over Streamable HTTP, on loopback. */
export async function startMcpServer(options: { readonly needsAuthorisation?: boolean } = {}): Promise<McpServer> {
  let tools = sampleTools;
  let person = 'nobody';
  let authorisation: AuthorisationServer | null = null;
  const calls: SeenCall[] = [];
  const cancelled: string[] = [];
  const addresses: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const sessions = new Map<string, Session>();

  const main = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const url = `${main.origin}/mcp`;
  const other = await listen((request, response) => authorisation?.handle(request, response));
  if (options.needsAuthorisation) {
    authorisation = createAuthorisationServer(other.origin, { resource: () => url, person: () => person });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    headers.push(request.headers);
    addresses.push(request.url ?? '');
    const { pathname } = new URL(request.url ?? '', main.origin);
    if (pathname.startsWith('/.well-known/oauth-protected-resource') && authorisation) {
      const metadata = { resource: url, authorization_servers: [other.origin], scopes_supported: ['mcp'] };
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
    }
    if (pathname !== '/mcp') return void response.writeHead(404).end();
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const subject = authorisation
      ? await authorisation.subjectOf(token)
      : String(request.headers['x-canary'] ?? 'anybody');
    if (subject === null) {
      const where = `${main.origin}/.well-known/oauth-protected-resource/mcp`;
      return void response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${where}"` }).end();
    }
    const id = String(request.headers['mcp-session-id'] ?? '');
    if (id !== '' && !sessions.has(id)) return void response.writeHead(404).end();
    const { transport } = sessions.get(id) ?? (await newSession(subject));
    await transport.handleRequest(request, response);
  }

  async function newSession(caller: string): Promise<Session> {
    const server = sampleServer(() => tools, {
      name: caller,
      onCall: (tool, input) => void calls.push({ caller, tool, input }),
      onCancelled: (tool) => void cancelled.push(tool),
    });
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, session),
    });
    const session = { server, transport };
    // The SDK's own class declares what may be missing in another way than its interface does.
    await server.connect(transport as Transport);
    return session;
  }

  const stop = async () => {
    await main.close();
    await other.close();
  };
  return {
    url,
    hosts: [main.host, other.host],
    calls,
    cancelled,
    addresses,
    headers,
    setTools(next, quietly = false) {
      tools = next;
      if (!quietly) for (const { server } of sessions.values()) server.sendToolListChanged().catch(() => undefined);
    },
    setPerson(subject) {
      person = subject;
    },
    restart() {
      sessions.clear();
      main.cut();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function listen(listener: RequestListener) {
  const server: Server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A bound TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    cut: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
