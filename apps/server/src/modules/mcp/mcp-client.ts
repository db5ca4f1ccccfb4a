import type { McpDefinition } from '@atelier/contracts/mcp';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  ListToolsResultSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker';
import { maxTools, readTools } from './listed-tools.ts';
import { McpFailure } from './mcp-failure.ts';

const connectMs = 20_000;
const maxPages = 20;
/** A list is asked for again after this time, or once the server says that it changed. */
const listLastsMs = 30_000;

interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** One connection to one server, for one person. It offers the server nothing: no files, no model, no questions. */
export class McpClient {
  readonly #client: Client;
  #tools: { readonly listed: ReadonlyMap<string, McpDefinition>; readonly at: number } | null = null;
  /** Goes up with each time the server says that its tools changed. */
  #version = 0;

  private constructor(client: Client) {
    this.#client = client;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      this.#version += 1;
      this.#tools = null;
    });
  }

  static async connect(
    transport: Transport,
    opts: { readonly version: string; readonly onClosed: () => void },
  ): Promise<McpClient> {
    const client = new Client(
      { name: 'atelier', version: opts.version },
      // The other one makes programs of schemas, which are the server's.
      { capabilities: {}, jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
    );
    client.onclose = opts.onClosed;
    try {
      await client.connect(transport, { timeout: connectMs, maxTotalTimeout: connectMs });
    } catch (error) {
      await client.close().catch(() => undefined);
      throw error;
    }
    return new McpClient(client);
  }

  /** What the server has, and whether that was asked for just now. @throws McpFailure `mcp.invalid_data`. */
  async tools(
    limits: Limits,
  ): Promise<{ readonly listed: ReadonlyMap<string, McpDefinition>; readonly isNew: boolean }> {
    if (this.#tools && performance.now() - this.#tools.at < listLastsMs) return { ...this.#tools, isNew: false };
    const version = this.#version;
    const found: unknown[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const answer = await this.#client.request(
        { method: 'tools/list', params },
        ListToolsResultSchema,
        this.#within(limits),
      );
      found.push(...answer.tools);
      cursor = answer.nextCursor;
      if (cursor === undefined || found.length > maxTools) break;
    }
    if (cursor !== undefined) throw new McpFailure('mcp.invalid_data');
    const listed = readTools(found);
    // One that changed while it was read is read again the next time.
    if (version === this.#version) this.#tools = { listed, at: performance.now() };
    return { listed, isNew: true };
  }

  /** Asks anew the next time. */
  forgetTools(): void {
    this.#tools = null;
  }

  async call(name: string, input: Readonly<Record<string, unknown>>, limits: Limits): Promise<CallToolResult> {
    const params = { name, arguments: { ...input } };
    return await this.#client.request({ method: 'tools/call', params }, CallToolResultSchema, this.#within(limits));
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #within({ signal, timeoutMs }: Limits) {
    return { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs };
  }
}
