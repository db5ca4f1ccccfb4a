import { type AnyTool, type ToolContext, type ToolOutcome, WorkspaceError } from '@atelier/agent/ports';
import { boundOutput } from '@atelier/agent/tools/bounded-output';
import type { McpDefinition } from '@atelier/contracts/mcp';
import type { Operation } from '@atelier/entities/operation';
import { McpError } from '@modelcontextprotocol/sdk/types.js';
import { argumentsOf } from './call-arguments.ts';
import type { McpConnections } from './mcp-connections.ts';
import { failureIn, failureWords } from './mcp-failure.ts';
import { firstOfEachName, stateOf } from './mcp-server-dto.ts';
import type { McpServersRepository, ServerRow } from './mcp-servers.repository.ts';
import type { McpToolsRepository } from './mcp-tools.repository.ts';
import type { McpToolsService } from './mcp-tools.service.ts';
import { callName, pinOf } from './tool-pin.ts';
import { resultText } from './tool-result.ts';

const system: Operation = { principal: { kind: 'system' } };
/** More than this would leave no room for the conversation. */
const maxOffered = 128;
const maxRefusal = 2000;

export interface McpRunToolsDeps {
  readonly servers: McpServersRepository;
  readonly tools: McpToolsRepository;
  readonly service: McpToolsService;
  readonly connections: McpConnections;
}

/** The session that a run works in, and for whom. */
export interface RunPlace {
  readonly organisationId: string;
  readonly userId: string;
  readonly sessionId: string;
  /** Writes what is too long to show into a file, and returns its path. */
  readonly keep: (text: string) => Promise<string>;
}

interface OfferedTool {
  readonly server: ServerRow;
  readonly name: string;
  readonly approved: McpDefinition;
}

/** The approved tools of the servers that a person can use, as the agent's tools. */
export class McpRunTools {
  readonly #deps: McpRunToolsDeps;
  constructor(deps: McpRunToolsDeps) {
    this.#deps = deps;
  }

  /**
   * Those that are wanted, by what models call them. Models are told of a tool what somebody agreed to, whatever its server
   * says by now. No server is asked for it.
   */
  async of(place: RunPlace, isWanted: (callName: string) => boolean): Promise<readonly AnyTool[]> {
    const usable = (await this.#deps.servers.usableBy(system, place)).filter(({ isEnabled }) => isEnabled);
    const servers = firstOfEachName(usable);
    const rows = await this.#deps.tools.of(
      system,
      servers.map(({ id }) => id),
    );
    const offered = servers.flatMap((server) =>
      rows.flatMap((row) =>
        row.serverId === server.id && row.approved && stateOf(row) === 'approved'
          ? [{ server, name: row.name, approved: row.approved }]
          : [],
      ),
    );
    // Before those that are too many are left out: an agent of few tools has them, whatever else there is.
    const wanted = offered.filter(({ server, name }) => isWanted(callName(server.name, name)));
    return wanted.slice(0, maxOffered).map((tool) => this.#toTool(tool, place));
  }

  #toTool(tool: OfferedTool, place: RunPlace): AnyTool {
    const { server, name, approved } = tool;
    const input = argumentsOf(approved.inputSchema);
    return {
      name: callName(server.name, name),
      description: approved.description,
      input,
      inputSchema: approved.inputSchema,
      effect: server.kind === 'http' ? 'network' : 'execute',
      prepare: (given) => {
        const checked = input.parse(given);
        return {
          title: `${server.name}: ${name}`,
          input: checked,
          question: null,
          execute: async (context) => await this.#execute(tool, place, { input: checked, context }),
        };
      },
    };
  }

  async #execute(
    { server: { id }, name }: OfferedTool,
    place: RunPlace,
    { input, context }: { readonly input: Readonly<Record<string, unknown>>; readonly context: ToolContext },
  ): Promise<ToolOutcome> {
    // As it is now: what was turned off, moved or revoked since the run began holds at once.
    const server = await this.#deps.servers.find(system, place, id);
    if (!server?.isEnabled) throw new WorkspaceError('This server was turned off.');
    const agreed = (await this.#deps.tools.of(system, [id])).find((row) => row.name === name)?.approvedPin ?? null;
    if (agreed === null) throw new WorkspaceError('Nobody agrees to this tool any more.');
    const limits = { signal: context.signal, timeoutMs: server.timeoutSeconds * 1000 };
    try {
      const result = await this.#deps.connections.use({ ...place, server }, async (client) => {
        const { listed, isNew } = await client.tools(limits);
        if (isNew) await this.#deps.service.see(system, server, listed);
        const now = listed.get(name);
        if (!now || pinOf(name, now) !== agreed) throw new WorkspaceError(changed);
        return await client.call(name, input, limits);
      });
      return { output: await boundOutput(resultText(result), place.keep), isError: result.isError === true };
    } catch (error) {
      if (context.signal.aborted || error instanceof WorkspaceError) throw error;
      return { output: refusalOf(error, server), isError: true };
    }
  }
}

const changed =
  'The server has changed this tool, or has it no more. It is off until a person has looked at what is different, in the settings under MCP servers.';

/** A refusal of the server itself is given in its own words; of everything else only what kind of failure it was. */
function refusalOf(error: unknown, { name, timeoutSeconds }: ServerRow): string {
  const code = failureIn(error);
  if (code === 'mcp.timed_out')
    return `${name} took longer than ${timeoutSeconds} seconds. Whether the call had its effect is not known.`;
  if (code === 'mcp.refused' && error instanceof McpError) {
    return `${name} refused: ${error.message.replaceAll('\0', '').toWellFormed().slice(0, maxRefusal)}`;
  }
  return `${name}: ${failureWords[code]}`;
}
