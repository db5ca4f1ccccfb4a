import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';

const noInput = { type: 'object' as const, additionalProperties: false };

export const sampleTools: readonly Tool[] = [
  {
    name: 'echo',
    description: 'Says a text again.',
    inputSchema: {
      type: 'object',
      properties: { text: { type: 'string' }, times: { type: 'integer', minimum: 1, maximum: 5 } },
      required: ['text'],
      additionalProperties: false,
    },
  },
  {
    name: 'whoami',
    description: 'Says who asks, and the number it was given.',
    inputSchema: { type: 'object', properties: { number: { type: 'integer' } }, additionalProperties: false },
  },
  { name: 'wait', description: 'Waits for a long time.', inputSchema: noInput },
  { name: 'refuse', description: 'Refuses.', inputSchema: noInput },
  { name: 'fail', description: 'Fails.', inputSchema: noInput },
  { name: 'long', description: 'Says much.', inputSchema: noInput },
];

/** Who asks, and what is remembered of it. */
export interface Caller {
  readonly name: string;
  readonly onCall: (tool: string, input: unknown) => void;
  readonly onCancelled: (tool: string) => void;
}

/** One server of the SDK for one connection, with the tools as they are at each moment. */
export function sampleServer(tools: () => readonly Tool[], caller: Caller): Server {
  const server = new Server({ name: 'sample', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [...tools()] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: input } }, { signal }) => {
    caller.onCall(name, input);
    return await answer(name, input ?? {}, { signal, caller });
  });
  return server;
}

async function answer(
  name: string,
  input: Readonly<Record<string, unknown>>,
  { signal, caller }: { readonly signal: AbortSignal; readonly caller: Caller },
): Promise<CallToolResult> {
  switch (name) {
    case 'whoami':
      // Late, and never in the order that was asked in: answers must find their askers all the same.
      await sleep(Math.random() * 20);
      return text(`${caller.name} ${String(input.number ?? '')}`.trim());
    case 'wait':
      await sleep(600_000, undefined, { signal, ref: false }).catch(() => caller.onCancelled(name));
      return text('waited');
    case 'refuse':
      throw new McpError(ErrorCode.InvalidParams, 'not today');
    case 'fail':
      return { ...text('it broke'), isError: true };
    case 'long':
      return text(`first ${'x'.repeat(100_000)} last`);
    default:
      return text(Array.from({ length: Number(input.times ?? 1) }, () => String(input.text)).join(' '));
  }
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}
