import { createHash } from 'node:crypto';
import type { McpDefinition } from '@atelier/contracts/mcp';

/** The longest name that providers take for a tool. */
const maxName = 64;

/** What a person agrees to: SHA-256, in hex, of a tool's name, description and input schema. */
export function pinOf(name: string, { description, inputSchema }: McpDefinition): string {
  return sha256(canonicalJson([name, description, inputSchema]));
}

/** What models call a tool by. Names that providers would not take are made to fit, and stay different from each other. */
export function callName(server: string, tool: string): string {
  const name = `mcp__${server}__${tool}`;
  if (name.length <= maxName && /^[\w-]+$/.test(name)) return name;
  return `${name.replace(/[^\w-]/g, '_').slice(0, maxName - 9)}_${sha256(tool).slice(0, 8)}`;
}

/** The same text for the same value, in whatever order its members stand. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
