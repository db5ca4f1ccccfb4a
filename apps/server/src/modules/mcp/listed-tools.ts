import { type McpDefinition, mcpDefinition } from '@atelier/contracts/mcp';
import * as z from 'zod';
import { McpFailure } from './mcp-failure.ts';

export const maxTools = 200;
const maxDefinition = 64 * 1024;

/** PostgreSQL keeps neither a NUL nor half a character, not even as an escape in JSON. */
const unstorable = /\\u(?:0000|d[89a-f][\da-f]{2})/;
/** Marks that turn text around, and letters that nobody sees: what a person agrees to is what they read. */
const unseen = /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

const listedTool = z.object({
  name: z.string().min(1).max(200),
  description: z.string().default(''),
  inputSchema: z.record(z.string(), z.unknown()),
});

/** What a server says it has, by name, within bounds. @throws McpFailure `mcp.invalid_data`. */
export function readTools(listed: readonly unknown[]): ReadonlyMap<string, McpDefinition> {
  if (listed.length > maxTools) throw new McpFailure('mcp.invalid_data');
  const tools = new Map<string, McpDefinition>();
  for (const one of listed) {
    const { data } = listedTool.safeParse(one);
    const text = data && JSON.stringify(data);
    if (!data || !text || text.length > maxDefinition || unstorable.test(text) || unseen.test(text)) {
      throw new McpFailure('mcp.invalid_data');
    }
    const { name, ...definition } = data;
    tools.set(name, mcpDefinition.parse(definition));
  }
  return tools;
}
