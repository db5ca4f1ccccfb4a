import { Agent } from './agents/agent.entity.ts';
import { AgentVersion } from './agents/agent-version.entity.ts';
import { ApprovalRule } from './approvals/approval-rule.entity.ts';
import { RunRequest } from './approvals/run-request.entity.ts';
import { AuditEvent } from './audit/audit-event.entity.ts';
import { AuditHead } from './audit/audit-head.entity.ts';
import { ApiKey } from './auth/api-key.entity.ts';
import { OauthState } from './auth/oauth-state.entity.ts';
import { OneTimeToken } from './auth/one-time-token.entity.ts';
import { Passkey } from './auth/passkey.entity.ts';
import { RecoveryCode } from './auth/recovery-code.entity.ts';
import { SessionToken } from './auth/session-token.entity.ts';
import { SignIn } from './auth/sign-in.entity.ts';
import { SignInFailure } from './auth/sign-in-failure.entity.ts';
import { TotpSecret } from './auth/totp-secret.entity.ts';
import { Checkpoint } from './checkpoints/checkpoint.entity.ts';
import { Restoration } from './checkpoints/restoration.entity.ts';
import { InstallationSetting } from './installation/installation-setting.entity.ts';
import { RateLimit } from './limits/rate-limit.entity.ts';
import { SocketLease } from './limits/socket-lease.entity.ts';
import { SocketServer } from './limits/socket-server.entity.ts';
import { McpCredential } from './mcp/mcp-credential.entity.ts';
import { McpServer } from './mcp/mcp-server.entity.ts';
import { McpTool } from './mcp/mcp-tool.entity.ts';
import { Message } from './messages/message.entity.ts';
import { MessagePart } from './messages/message-part.entity.ts';
import { Model } from './models/model.entity.ts';
import { ModelChain } from './models/model-chain.entity.ts';
import { ModelChainEntry } from './models/model-chain-entry.entity.ts';
import { ModelProvider } from './models/model-provider.entity.ts';
import { ModelProviderAccess } from './models/model-provider-access.entity.ts';
import { ProviderHealth } from './models/provider-health.entity.ts';
import { Invitation } from './organisations/invitation.entity.ts';
import { Membership } from './organisations/membership.entity.ts';
import { Organisation } from './organisations/organisation.entity.ts';
import { Pipeline } from './pipelines/pipeline.entity.ts';
import { PipelineRun } from './pipelines/pipeline-run.entity.ts';
import { PipelineStageRun } from './pipelines/pipeline-stage-run.entity.ts';
import { Run } from './runs/run.entity.ts';
import { AgentSession } from './sessions/agent-session.entity.ts';
import { SessionEvent } from './sessions/session-event.entity.ts';
import { SessionHead } from './sessions/session-head.entity.ts';
import { SessionTodos } from './sessions/session-todos.entity.ts';
import { Span } from './traces/span.entity.ts';
import { Upload } from './uploads/upload.entity.ts';
import { Budget } from './usage/budget.entity.ts';
import { DailyUsage } from './usage/daily-usage.entity.ts';
import { Account } from './users/account.entity.ts';
import { User } from './users/user.entity.ts';

/** Every table of ours, in the order their foreign keys allow. */
export const entities = [
  User,
  Account,
  Organisation,
  Membership,
  Invitation,
  SignIn,
  SessionToken,
  OneTimeToken,
  SignInFailure,
  TotpSecret,
  RecoveryCode,
  Passkey,
  ApiKey,
  InstallationSetting,
  AuditHead,
  AuditEvent,
  OauthState,
  ModelProvider,
  ModelProviderAccess,
  ProviderHealth,
  Model,
  ModelChain,
  ModelChainEntry,
  Agent,
  AgentVersion,
  AgentSession,
  SessionHead,
  SessionTodos,
  Message,
  MessagePart,
  Run,
  SessionEvent,
  Upload,
  RunRequest,
  ApprovalRule,
  McpServer,
  McpTool,
  McpCredential,
  Checkpoint,
  Restoration,
  Pipeline,
  PipelineRun,
  PipelineStageRun,
  Span,
  DailyUsage,
  Budget,
  RateLimit,
  SocketServer,
  SocketLease,
] as const;
