import type { AnyTool } from '@atelier/agent/ports';
import type { AgentsService } from './modules/agents/index.ts';
import type { ApprovalRulesService } from './modules/approvals/index.ts';
import type { AuditService } from './modules/audit/index.ts';
import type {
  ApiKeysService,
  AuthService,
  ChallengeCookie,
  ConfirmationService,
  DevicesService,
  LinkedAccountsService,
  OwnAccountService,
  PasskeyCeremonies,
  PasskeysService,
  PasswordResetService,
  RegistrationService,
  SecondFactorSignInService,
  SecondFactorsService,
  SignInsService,
} from './modules/auth/index.ts';
import type { CheckpointsService, ForksService, RestorationsService } from './modules/checkpoints/index.ts';
import type { OwnerService, PeopleService, SettingsService } from './modules/installation/index.ts';
import type { LimitsService } from './modules/limits/index.ts';
import type { McpAuthorisationsService, McpServersService, McpToolsService } from './modules/mcp/index.ts';
import type { MessagesService } from './modules/messages/index.ts';
import type {
  AvailableModelsService,
  ChainsService,
  ModelCatalog,
  ModelsService,
  ProviderAccessService,
  ProviderChecksService,
  ProvidersService,
} from './modules/models/index.ts';
import type { InvitationsService, MembersService, OrganisationsService } from './modules/organisations/index.ts';
import type { PipelineRunsService, PipelinesService } from './modules/pipelines/index.ts';
import type { RunRequestsService, RunsService } from './modules/runs/index.ts';
import type { SessionsService, TranscriptsService } from './modules/sessions/index.ts';
import type { SystemService } from './modules/system/index.ts';
import type { TerminalsService } from './modules/terminals/index.ts';
import type { TracesService } from './modules/traces/index.ts';
import type { BudgetsService, UsageService } from './modules/usage/index.ts';
import type { WorkspacesService } from './modules/workspaces/index.ts';
import type { OauthFlow } from './platform/oauth/oauth-flow.ts';
import type { HintBus } from './platform/realtime/hint-bus.ts';
import type { SessionFeeds } from './platform/realtime/session-feeds.ts';
import type { Instruments } from './platform/trpc/create-trpc.ts';

/** Everything a procedure may use. Made in one place: `composition.ts` and the parts beside it. */
export interface Services extends Instruments {
  readonly auth: AuthService;
  readonly registration: RegistrationService;
  readonly passwordReset: PasswordResetService;
  readonly ownAccount: OwnAccountService;
  readonly signIns: SignInsService;
  readonly oauth: OauthFlow;
  /** The name of the cookie that holds the refresh token. */
  readonly refreshCookie: string;
  /** The name of the one that shows that this browser has registered. */
  readonly registrationCookie: string;
  readonly owner: OwnerService;
  readonly people: PeopleService;
  readonly factorCookie: ChallengeCookie;
  readonly passkeyCookie: ChallengeCookie;
  readonly secondFactor: SecondFactorSignInService;
  readonly secondFactors: SecondFactorsService;
  readonly ceremonies: PasskeyCeremonies;
  readonly passkeys: PasskeysService;
  readonly devices: DevicesService;
  readonly confirmation: ConfirmationService;
  readonly linkedAccounts: LinkedAccountsService;
  readonly apiKeys: ApiKeysService;
  readonly settings: SettingsService;
  readonly audit: AuditService;
  readonly organisations: OrganisationsService;
  readonly members: MembersService;
  readonly invitations: InvitationsService;
  readonly limits: LimitsService;
  readonly mcpServers: McpServersService;
  readonly mcpTools: McpToolsService;
  readonly mcpAuthorisations: McpAuthorisationsService;
  readonly modelProviders: ProvidersService;
  readonly providerAccess: ProviderAccessService;
  readonly providerChecks: ProviderChecksService;
  readonly models: ModelsService;
  readonly modelChains: ChainsService;
  readonly modelCatalog: ModelCatalog;
  readonly availableModels: AvailableModelsService;
  readonly system: SystemService;
  readonly sessions: SessionsService;
  readonly transcripts: TranscriptsService;
  readonly messages: MessagesService;
  readonly checkpoints: CheckpointsService;
  readonly forks: ForksService;
  readonly restorations: RestorationsService;
  readonly pipelines: PipelinesService;
  readonly pipelineRuns: PipelineRunsService;
  readonly runs: RunsService;
  readonly runRequests: RunRequestsService;
  readonly agents: AgentsService;
  /** What agents can be given here. */
  readonly agentTools: readonly Pick<AnyTool, 'name' | 'description' | 'effect'>[];
  readonly approvalRules: ApprovalRulesService;
  readonly workspaces: WorkspacesService;
  readonly terminals: TerminalsService;
  readonly traces: TracesService;
  readonly usage: UsageService;
  readonly budgets: BudgetsService;
  readonly feeds: SessionFeeds;
  readonly hints: HintBus;
}
