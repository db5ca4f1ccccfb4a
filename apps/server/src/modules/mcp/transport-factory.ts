import type { McpSettings } from '@atelier/contracts/tool-settings';
import { AppError } from '@atelier/kernel/app-error';
import type { NetworkAccess, Sandbox, SandboxLimits } from '@atelier/sandbox/ports';
import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { McpFailure } from './mcp-failure.ts';
import type { McpHeaders } from './mcp-headers.ts';
import type { ServerRow } from './mcp-servers.repository.ts';
import { SandboxTransport } from './sandbox-transport.ts';

/** Who uses a server, and from which session; one that is a command runs in that session's sandbox. */
export interface ServerPlace {
  readonly server: ServerRow;
  readonly userId: string;
  readonly sessionId: string;
}

export interface TransportDeps {
  readonly settings: () => Promise<McpSettings>;
  readonly headers: McpHeaders;
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** What a person has authorised at a server, for calls that nobody watches. */
  readonly credentialOf: (server: ServerRow, userId: string) => Promise<OAuthClientProvider | null>;
  readonly sandbox: Sandbox;
  readonly workspaceOf: (sessionId: string) => Promise<string>;
  readonly ofSandbox: { readonly limits: Partial<SandboxLimits>; readonly network: NetworkAccess };
}

/** The ways to servers: HTTP through the egress, commands in the sandbox. */
export class TransportFactory {
  readonly #deps: TransportDeps;
  constructor(deps: TransportDeps) {
    this.#deps = deps;
  }

  /** @throws McpFailure. */
  async of({ server, userId, sessionId }: ServerPlace): Promise<Transport> {
    if (server.kind === 'stdio') return await this.#command(server, sessionId);
    return await this.http(server, await this.#deps.credentialOf(server, userId));
  }

  async http(server: ServerRow, authProvider: OAuthClientProvider | null): Promise<Transport> {
    const { headers, fetch } = this.#deps;
    const transport = new StreamableHTTPClientTransport(new URL(server.url ?? ''), {
      fetch,
      requestInit: { headers: headers.open(server) },
      ...(authProvider ? { authProvider } : {}),
    });
    // The SDK's own class declares what may be missing in another way than its interface does.
    return transport as Transport;
  }

  /** The command as an administrator wrote it, each time it is started: one that is taken off the list starts no more. */
  async #command({ command }: ServerRow, sessionId: string): Promise<Transport> {
    const { settings, sandbox, workspaceOf, ofSandbox } = this.#deps;
    const allowed = (await settings()).commands.find(({ name }) => name === command);
    if (!allowed) throw new McpFailure('mcp.command_not_allowed');
    if (!sandbox.state.isProven) throw new McpFailure('mcp.no_sandbox');
    return new SandboxTransport(async () =>
      sandbox.start({
        workspace: await workspaceOf(sessionId),
        command: allowed.argv,
        hasInput: true,
        network: ofSandbox.network,
        limits: {
          ...ofSandbox.limits,
          wallClockMs: Number.POSITIVE_INFINITY,
          outputBytes: Number.POSITIVE_INFINITY,
        },
      }),
    );
  }
}

/** @throws AppError `mcp_server.command_not_allowed` when nobody has written this command down. */
export function checkCommand({ commands }: McpSettings, command: string): void {
  if (!commands.some(({ name }) => name === command)) throw new AppError('mcp_server.command_not_allowed');
}
