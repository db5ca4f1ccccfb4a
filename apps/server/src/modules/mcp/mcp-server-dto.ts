import { type McpServerDto, type McpToolDto, mcpServerDto } from '@atelier/contracts/mcp';
import type { ServerRow } from './mcp-servers.repository.ts';
import type { ToolRow } from './mcp-tools.repository.ts';

/** Of its headers no more than their names. */
export function toServerDto(row: ServerRow, tools: readonly ToolRow[], isAuthorised: boolean): McpServerDto {
  const { id, kind, name, url, command, isEnabled, timeoutSeconds } = row;
  return mcpServerDto.parse({
    ...{ id, kind, name, url, command, isEnabled, timeoutSeconds, isAuthorised },
    owner: row.userId === null ? 'organisation' : 'person',
    headers: row.headerNames,
    tools: tools.filter(({ serverId }) => serverId === id).map(toToolDto),
    createdAt: row.createdAt.toISOString(),
  });
}

function toToolDto(row: ToolRow): McpToolDto {
  const state = stateOf(row);
  return { name: row.name, state, pin: row.seenPin, now: row.seen, before: state === 'changed' ? row.approved : null };
}

/** Approved is what was agreed to, to the letter, and is still there. */
export function stateOf({ approvedPin, seenPin, isThere }: ToolRow): McpToolDto['state'] {
  if (!isThere) return 'gone';
  if (approvedPin === null) return 'new';
  return approvedPin === seenPin ? 'approved' : 'changed';
}

/** Of two of one name the organisation's, which come first: tools are called by their server's name. */
export function firstOfEachName(usable: readonly ServerRow[]): readonly ServerRow[] {
  const byName = new Map<string, ServerRow>();
  for (const server of usable) if (!byName.has(server.name)) byName.set(server.name, server);
  return [...byName.values()];
}

/** What the record may say of a server. */
export function recordedServer({ name, kind, url, command, isEnabled, headerNames, timeoutSeconds }: ServerRow) {
  return { name, kind, url, command, isEnabled, headers: headerNames, timeoutSeconds };
}
