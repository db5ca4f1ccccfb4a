import * as z from 'zod';
import { approvalRuleInput } from './approvals.ts';
import { agentId, chainId, instant, modelId, sessionId, userId } from './ids.ts';
import { isStorable, notStorable, plainText } from './plain-text.ts';

/** Whose agent it is: one person's own, or everybody's in the organisation. */
export const agentScope = z.enum(['person', 'organisation']);
export type AgentScope = z.infer<typeof agentScope>;

/** Who answers for an agent. */
export const agentModel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model'), modelId }),
  z.strictObject({ kind: z.literal('chain'), chainId }),
]);
export type AgentModel = z.infer<typeof agentModel>;

/** By name; those of MCP servers as models call them, or all of one server: see `allToolsOf`. */
const toolName = z.string().regex(/^(?:[A-Za-z0-9_.:-]{1,100}|mcp__[a-z0-9][a-z0-9-]{0,19}__\*)$/);

/** Whether what stands in an agent's list is this tool, or all tools of its server. */
export function meansTool(listed: string, tool: string): boolean {
  return listed.endsWith('*') ? tool.startsWith(listed.slice(0, -1)) : listed === tool;
}

export const mostAgentTools = 200;

/** What an agent is. A change of any of it makes a new version. */
export const agentContent = z.strictObject({
  name: plainText({ max: 80 }),
  /** What it is for, for people who choose one. */
  description: z.string().trim().max(300).refine(isStorable, notStorable).default(''),
  /** Said to the model after the words that every agent gets. */
  instructions: z.string().trim().max(20_000).refine(isStorable, notStorable).default(''),
  /** Null: whoever answers in the session. */
  model: agentModel.nullable().default(null),
  /** The tools it has, by name; null: all there are. */
  tools: z
    .array(toolName)
    .max(mostAgentTools)
    .refine((names) => new Set(names).size === names.length, 'A tool stands there twice.')
    .nullable()
    .default(null),
  /** What it may do without asking, and never, beside the rules that hold anyway. */
  rules: z.array(approvalRuleInput).max(50).default([]),
});
export type AgentContent = z.infer<typeof agentContent>;

/** As lists show it. */
export const agentDto = z.strictObject({
  id: agentId,
  scope: agentScope,
  name: z.string(),
  description: z.string(),
  /** The number of the version that is in use. */
  version: z.number().int(),
  /** Rises with every change; send it back to change the agent (stale = 409). */
  revision: z.number().int(),
  createdAt: instant,
  /** When the version in use was made. */
  updatedAt: instant,
});
export type AgentDto = z.infer<typeof agentDto>;
export const agentList = z.strictObject({ items: z.array(agentDto) });

export const agentDetail = agentDto.extend({ content: agentContent });
export type AgentDetail = z.infer<typeof agentDetail>;

export const agentVersionDto = z.strictObject({
  number: z.number().int(),
  isCurrent: z.boolean(),
  content: agentContent,
  /** Against the version before it, unified; null for the first, and for what cannot be compared. */
  patch: z.string().nullable(),
  /** Null: the account is gone. */
  author: z.strictObject({ userId, name: z.string() }).nullable(),
  createdAt: instant,
});
export type AgentVersionDto = z.infer<typeof agentVersionDto>;
export const agentVersions = z.strictObject({ items: z.array(agentVersionDto), hasOlder: z.boolean() });
export type AgentVersions = z.infer<typeof agentVersions>;

/** A tool that agents have here. */
export const agentToolList = z.strictObject({
  items: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      effect: z.enum(['read', 'write', 'execute', 'network', 'ask']),
    }),
  ),
});

const revision = z.number().int();
const number = z.number().int().min(1).max(1_000_000);

export const agentRef = z.strictObject({ agentId });
export const createAgentInput = z.strictObject({ content: agentContent });
export const updateAgentInput = z.strictObject({ agentId, revision, content: agentContent });
export const restoreAgentInput = z.strictObject({ agentId, revision, version: number });
export const agentVersionsInput = z.strictObject({
  agentId,
  /** Versions older than this one. */
  before: number.nullish(),
});
/** Null: none, so that the session has the standard agent. */
export const useAgentInput = z.strictObject({ sessionId, agentId: agentId.nullable() });
