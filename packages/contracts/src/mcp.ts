import * as z from 'zod';
import { instant, mcpServerId } from './ids.ts';
import { isStorable, notStorable } from './plain-text.ts';

/** Whose server it is: a person's own, or the organisation's, for everybody in it. */
export const mcpOwner = z.enum(['person', 'organisation']);
export type McpOwner = z.infer<typeof mcpOwner>;

/** What its tools are called by: `mcp__name__tool`. */
const serverName = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,19}$/, 'Write a name of small letters, digits and hyphens, of at most twenty.');

/** An address to the letter: nothing in it is replaced by anything. It is shown, so nothing secret may stand in it. */
const serverUrl = z
  .string()
  .trim()
  .max(1000)
  .refine(isStorable, notStorable)
  .refine(isServerUrl, 'Write an address like https://mcp.example.com/mcp, without a name or password.');

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + hash === '';
}

/** Which belong to the connection, and not to whoever opens it. */
const reservedHeaders = new Set([
  ...[
    'host',
    'connection',
    'content-length',
    'content-type',
    'transfer-encoding',
    'upgrade',
    'te',
    'trailer',
    'expect',
  ],
  ...['accept', 'accept-encoding', 'mcp-session-id', 'mcp-protocol-version', 'last-event-id', 'keep-alive'],
]);
const secretName = z
  .string()
  .trim()
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'Write the name of a header, such as Authorization.')
  .refine((name) => !reservedHeaders.has(name.toLowerCase()), 'This header cannot be set.');

/** Headers of a server over HTTP, sealed and never shown again. To the letter: `${…}` is no variable. */
const secret = z.strictObject({
  name: secretName,
  value: z
    .string()
    .min(1)
    .max(4000)
    .regex(/^[\x20-\x7e]*$/, 'A header holds visible characters and blanks only.'),
});
const secrets = z
  .array(secret)
  .max(10)
  .refine(
    (all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length,
    'A header stands here twice.',
  );

const seconds = z.number().int().min(1).max(600);

export const addMcpServerInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    name: serverName,
    url: serverUrl,
    headers: secrets.default([]),
    timeoutSeconds: seconds.default(60),
  }),
  /** Only a command that an administrator of the installation has written down, by its name. */
  z.strictObject({
    kind: z.literal('stdio'),
    name: serverName,
    command: z.string().max(200).refine(isStorable, notStorable),
    timeoutSeconds: seconds.default(60),
  }),
]);
export type AddMcpServerInput = z.infer<typeof addMcpServerInput>;

export const mcpServerRef = z.strictObject({ serverId: mcpServerId });

/** What is given changes; the rest stays. */
export const updateMcpServerInput = mcpServerRef.extend({
  isEnabled: z.boolean().optional(),
  timeoutSeconds: seconds.optional(),
});
export type UpdateMcpServerInput = z.infer<typeof updateMcpServerInput>;

/** Where it is and what opens it. Another address leaves no header and no authorisation but those given with it. */
export const connectMcpServerInput = mcpServerRef.extend({ url: serverUrl.optional(), headers: secrets.optional() });
export type ConnectMcpServerInput = z.infer<typeof connectMcpServerInput>;

/** Lower-case hex of what was agreed to: name, description and input schema. */
const pin = z.string().regex(/^[0-9a-f]{64}$/);

/** A tool as its server describes it. */
export const mcpDefinition = z.strictObject({
  description: z.string(),
  /** JSON Schema. */
  inputSchema: z.record(z.string(), z.unknown()),
});
export type McpDefinition = z.infer<typeof mcpDefinition>;

/** `approved`: agents may be given it. `new`, `changed`: not before somebody has looked. `gone`: the server has it no more. */
export const mcpToolState = z.enum(['approved', 'new', 'changed', 'gone']);
export type McpToolState = z.infer<typeof mcpToolState>;

export const mcpToolDto = z.strictObject({
  name: z.string(),
  state: mcpToolState,
  /** As it is now, and what it is pinned by when it is approved. */
  pin,
  now: mcpDefinition,
  /** What was approved, when that was something else; null otherwise. */
  before: mcpDefinition.nullable(),
});
export type McpToolDto = z.infer<typeof mcpToolDto>;

export const mcpServerDto = z.strictObject({
  id: mcpServerId,
  owner: mcpOwner,
  kind: z.enum(['http', 'stdio']),
  name: z.string(),
  url: z.string().nullable(),
  command: z.string().nullable(),
  /** Names only. */
  headers: z.array(z.string()),
  isEnabled: z.boolean(),
  timeoutSeconds: z.number().int(),
  /** Whether the caller has authorised themselves there. */
  isAuthorised: z.boolean(),
  tools: z.array(mcpToolDto),
  createdAt: instant,
});
export type McpServerDto = z.infer<typeof mcpServerDto>;

/** Those of the organisation first. `commands`: what may be run, by name. */
export const mcpServerList = z.strictObject({ items: z.array(mcpServerDto), commands: z.array(z.string()) });
export type McpServerList = z.infer<typeof mcpServerList>;

/** What an agent's list says for all tools of a server that anybody agrees to, now or later. */
export function allToolsOf(server: string): string {
  return `mcp__${server}__*`;
}

/** What agents can be given of servers, those of the organisation first: of two of one name it is theirs that runs have. */
export const mcpToolList = z.strictObject({
  items: z.array(
    z.strictObject({
      name: z.string(),
      owner: mcpOwner,
      isEnabled: z.boolean(),
      tools: z.array(
        z.strictObject({
          name: z.string(),
          /** What models call it by. */
          callName: z.string(),
          /** Its beginning, as it was agreed to; of what nobody has agreed to, as its server has it. */
          description: z.string(),
          state: mcpToolState,
        }),
      ),
    }),
  ),
});
export type McpToolList = z.infer<typeof mcpToolList>;

/** How a look at a server went. That it fails is an answer. */
export const mcpCheck = z.strictObject({
  ok: z.boolean(),
  code: z.enum([
    'ok',
    'mcp.authorisation_needed',
    'mcp.unreachable',
    'mcp.address_refused',
    'mcp.timed_out',
    'mcp.invalid_data',
    'mcp.refused',
    'mcp.command_not_allowed',
    'mcp.no_sandbox',
    'mcp.secret_lost',
  ]),
  /** For people. Never a header, a token, or what the server said. */
  message: z.string(),
  server: mcpServerDto,
});
export type McpCheck = z.infer<typeof mcpCheck>;
export type McpCheckCode = McpCheck['code'];

/** Agreement to exactly what was seen: a tool that is something else by now is refused. */
export const approveMcpToolsInput = mcpServerRef.extend({
  tools: z
    .array(z.strictObject({ name: z.string().min(1).max(200).refine(isStorable, notStorable), pin }))
    .min(1)
    .max(200),
});
export const revokeMcpToolsInput = mcpServerRef.extend({
  names: z.array(z.string().min(1).max(200).refine(isStorable, notStorable)).min(1).max(200),
});

/** Where the browser goes to authorise. */
export const mcpAuthorisationStarted = z.strictObject({ url: z.string() });
/** What the authorisation server sent the browser back with. */
export const finishMcpAuthorisationInput = z.strictObject({
  state: z.string().min(1).max(500).refine(isStorable, notStorable),
  code: z.string().min(1).max(4000).refine(isStorable, notStorable),
  iss: z.string().max(1000).refine(isStorable, notStorable).nullable().default(null),
});
export type FinishMcpAuthorisationInput = z.infer<typeof finishMcpAuthorisationInput>;
