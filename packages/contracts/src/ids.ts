import * as z from 'zod';

export const userId = z.uuid().brand<'UserId'>();
export type UserId = z.infer<typeof userId>;

export const organisationId = z.uuid().brand<'OrganisationId'>();
export type OrganisationId = z.infer<typeof organisationId>;

export const signInId = z.uuid().brand<'SignInId'>();
export type SignInId = z.infer<typeof signInId>;

export const apiKeyId = z.uuid().brand<'ApiKeyId'>();
export type ApiKeyId = z.infer<typeof apiKeyId>;

export const passkeyId = z.uuid().brand<'PasskeyId'>();
export type PasskeyId = z.infer<typeof passkeyId>;

/** Of a way to sign in, never of a person. */
export const accountId = z.uuid().brand<'AccountId'>();
export type AccountId = z.infer<typeof accountId>;

export const invitationId = z.uuid().brand<'InvitationId'>();
export type InvitationId = z.infer<typeof invitationId>;

export const sessionId = z.uuid().brand<'SessionId'>();
export type SessionId = z.infer<typeof sessionId>;

export const messageId = z.uuid().brand<'MessageId'>();
export type MessageId = z.infer<typeof messageId>;

export const runId = z.uuid().brand<'RunId'>();
export type RunId = z.infer<typeof runId>;

export const uploadId = z.uuid().brand<'UploadId'>();
export type UploadId = z.infer<typeof uploadId>;

export const approvalRuleId = z.uuid().brand<'ApprovalRuleId'>();
export type ApprovalRuleId = z.infer<typeof approvalRuleId>;

export const providerId = z.uuid().brand<'ProviderId'>();
export type ProviderId = z.infer<typeof providerId>;

export const modelId = z.uuid().brand<'ModelId'>();
export type ModelId = z.infer<typeof modelId>;

export const agentId = z.uuid().brand<'AgentId'>();
export type AgentId = z.infer<typeof agentId>;

export const chainId = z.uuid().brand<'ChainId'>();
export type ChainId = z.infer<typeof chainId>;

export const pipelineId = z.uuid().brand<'PipelineId'>();
export type PipelineId = z.infer<typeof pipelineId>;

export const pipelineRunId = z.uuid().brand<'PipelineRunId'>();
export type PipelineRunId = z.infer<typeof pipelineRunId>;

/** Of one try at a stage. */
export const stageRunId = z.uuid().brand<'StageRunId'>();
export type StageRunId = z.infer<typeof stageRunId>;

/** Of files that were put back. */
export const restorationId = z.uuid().brand<'RestorationId'>();

export const mcpServerId = z.uuid().brand<'McpServerId'>();
export type McpServerId = z.infer<typeof mcpServerId>;

/** Chosen by the caller, one for each intent: the same id again gives the first result again. */
export const clientId = z.uuid();

/** RFC 3339 in UTC with milliseconds. */
export const instant = z.iso.datetime();

/** One that a caller names, in a year that a database has too: PostgreSQL knows no year 0. */
export const givenInstant = instant.refine((at) => at >= '1970', 'From the year 1970 on.');

/** Position in a session's log: 1, 2, 3 … without a gap. 0 is "before the first". */
export const seq = z.number().int().nonnegative();
