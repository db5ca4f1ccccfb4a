import type { Database } from '@atelier/entities/database';
import { createTestDatabase, type TestDatabase } from '@atelier/entities/test-database';
import { newId } from '@atelier/kernel/ids';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AgentsRepository } from '../src/modules/agents/index.ts';
import { ApprovalRulesRepository } from '../src/modules/approvals/index.ts';
import {
  ApiKeysRepository,
  CredentialsRepository,
  ExternalAccountsRepository,
  OauthStatesRepository,
  OneTimeTokensRepository,
  PasskeysRepository,
  RecoveryCodesRepository,
  SecondFactorTriesRepository,
  SignInFailuresRepository,
  SignInsRepository,
  TotpSecretsRepository,
  UsersRepository,
  WaysInRepository,
} from '../src/modules/auth/index.ts';
import { CheckpointsRepository, ForksRepository, RestorationsRepository } from '../src/modules/checkpoints/index.ts';
import { OwnerRepository, PeopleRepository } from '../src/modules/installation/index.ts';
import { McpCredentialsRepository, McpServersRepository, McpToolsRepository } from '../src/modules/mcp/index.ts';
import { MessagesRepository } from '../src/modules/messages/index.ts';
import { PipelineRunsRepository, PipelinesRepository } from '../src/modules/pipelines/index.ts';
import { RunRequestsRepository, RunsRepository } from '../src/modules/runs/index.ts';
import { SessionsRepository, TranscriptsRepository } from '../src/modules/sessions/index.ts';
import { RunSearchRepository, SpansRepository } from '../src/modules/traces/index.ts';
import { BudgetsRepository, UsageRepository } from '../src/modules/usage/index.ts';
import { UploadsRepository } from '../src/modules/workspaces/index.ts';
import { RateLimitsRepository } from '../src/platform/rate-limit/rate-limits.repository.ts';
import { writeShares } from '../src/platform/realtime/log-writer.repository.ts';
import { SessionLogRepository } from '../src/platform/realtime/session-log.repository.ts';
import { SocketLeasesRepository } from '../src/platform/realtime/socket-leases.repository.ts';
import { SealedRowsRepository } from '../src/platform/secrets/sealed-rows.repository.ts';
import { fill, idOf, person } from './busy-database.ts';
import { becomesGeneric, type PlanNode, planOf, queriesOf } from './query-plans.ts';
import {
  agentCalls,
  apiKeyCalls,
  approvalRuleCalls,
  budgetCalls,
  checkpointCalls,
  credentialCalls,
  externalAccountCalls,
  forkCalls,
  leaseCalls,
  logCalls,
  mcpCredentialCalls,
  mcpServerCalls,
  mcpToolCalls,
  messageCalls,
  now,
  oauthStateCalls,
  oneTimeTokenCalls,
  op,
  ownerCalls,
  passkeyCalls,
  peopleCalls,
  pipelineCalls,
  pipelineRunCalls,
  rateLimitCalls,
  recoveryCodeCalls,
  restorationCalls,
  runCalls,
  runRequestCalls,
  runSearchCalls,
  sealedRowCalls,
  secondFactorTryCalls,
  session,
  sessionCalls,
  signInCalls,
  signInFailureCalls,
  spanCalls,
  totpCalls,
  transcriptCalls,
  uploadCalls,
  usageCalls,
  userCalls,
  wayInCalls,
} from './repository-calls.ts';

const tables = [
  'users',
  'accounts',
  'organisations',
  'memberships',
  'sign_ins',
  'session_tokens',
  'oauth_states',
  'one_time_tokens',
  'sign_in_failures',
  'passkeys',
  'totp_secrets',
  'recovery_codes',
  'api_keys',
  'pipelines',
  'pipeline_runs',
  'pipeline_stage_runs',
  'agents',
  'agent_versions',
  'agent_sessions',
  'session_heads',
  'session_todos',
  'session_events',
  'messages',
  'message_parts',
  'runs',
  'uploads',
  'checkpoints',
  'restorations',
  'run_requests',
  'approval_rules',
  'mcp_servers',
  'mcp_tools',
  'mcp_credentials',
  'spans',
  'daily_usage',
  'budgets',
  'rate_limits',
  'socket_servers',
  'socket_leases',
];

let t: TestDatabase;
/** Connections of people, under row-level security. */
let members: pg.Pool;
beforeAll(async () => {
  t = await createTestDatabase();
  await fill(t.connection);
  const { organisationId, userId } = person(1);
  const options = `-c role=atelier_member -c atelier.organisation=${organisationId} -c atelier.person=${userId}`;
  members = new pg.Pool({ ...t.connection, max: 2, options });
  // Millions of rows.
}, 240_000);
afterAll(async () => {
  await members.end();
  await t.close();
});

const readWhole = (nodes: readonly PlanNode[]) =>
  nodes.filter(({ type, table }) => type === 'Seq Scan' && table !== null && tables.includes(table));

/** Only the program writes spans, counts, and keeps what was put back. */
const { insert: _insert, ...spanReads } = spanCalls;
const { add: _add, ...usageReads } = usageCalls;
const { insert: _keep, ...restorationReads } = restorationCalls;

/** One test a method: each of its calls, as it is really sent, and the plan of each statement. */
function describeCalls<R extends object>(
  made: () => R,
  calls: { readonly [name: string]: (repository: R, db: Database) => readonly (() => Promise<unknown>)[] },
): void {
  test.each(Object.entries(calls))('%s reads no table from end to end', async (_name, callsOf) => {
    for (const call of callsOf(made(), t.db)) {
      const queries = await queriesOf(t.db, call);
      expect(queries.length).toBeGreaterThan(0);
      for (const query of queries) {
        expect(readWhole(await planOf(t.pool, query)), query.sql).toEqual([]);
        if (!(await becomesGeneric(t.pool, query))) continue;
        expect(readWhole(await planOf(t.pool, query, { isGeneric: true })), `generic: ${query.sql}`).toEqual([]);
      }
    }
  });
}

/** The same statements as people send them: what row-level security adds must be as cheap. */
function describeMembersCalls<R extends object>(
  made: () => R,
  calls: { readonly [name: string]: (repository: R, db: Database) => readonly (() => Promise<unknown>)[] },
): void {
  test.each(Object.entries(calls))('%s reads no table from end to end for a member', async (_name, callsOf) => {
    for (const call of callsOf(made(), t.db)) {
      for (const query of await queriesOf(t.db, call)) {
        expect(readWhole(await planOf(members, query)), query.sql).toEqual([]);
        expect(readWhole(await planOf(members, query, { isGeneric: true })), `generic: ${query.sql}`).toEqual([]);
      }
    }
  });
}

describe('sessions, for members', () => describeMembersCalls(() => new SessionsRepository(t.db), sessionCalls));
describe('transcripts, for members', () =>
  describeMembersCalls(() => new TranscriptsRepository(t.db), transcriptCalls));
describe('the session log, for members', () => describeMembersCalls(() => new SessionLogRepository(t.db), logCalls));
describe('messages, for members', () => describeMembersCalls(() => new MessagesRepository(t.db), messageCalls));
describe('uploads, for members', () => describeMembersCalls(() => new UploadsRepository(t.db), uploadCalls));
describe('requests, for members', () => describeMembersCalls(() => new RunRequestsRepository(t.db), runRequestCalls));
describe('agents, for members', () => describeMembersCalls(() => new AgentsRepository(t.db), agentCalls));
describe('agents', () => describeCalls(() => new AgentsRepository(t.db), agentCalls));
describe('pipelines, for members', () => describeMembersCalls(() => new PipelinesRepository(t.db), pipelineCalls));
describe('pipelines', () => describeCalls(() => new PipelinesRepository(t.db), pipelineCalls));
const { due: _due, ...peoplesPipelineRunCalls } = pipelineRunCalls;
describe('pipelines under way, for members', () =>
  describeMembersCalls(() => new PipelineRunsRepository(t.db), peoplesPipelineRunCalls));
describe('pipelines under way', () => describeCalls(() => new PipelineRunsRepository(t.db), pipelineRunCalls));
describe('rules, for members', () => describeMembersCalls(() => new ApprovalRulesRepository(t.db), approvalRuleCalls));
describe('MCP servers, for members', () => describeMembersCalls(() => new McpServersRepository(t.db), mcpServerCalls));
describe('MCP tools, for members', () => describeMembersCalls(() => new McpToolsRepository(t.db), mcpToolCalls));
describe('MCP credentials, for members', () =>
  describeMembersCalls(() => new McpCredentialsRepository(t.db), mcpCredentialCalls));
describe('spans, for members', () => describeMembersCalls(() => new SpansRepository(t.db), spanReads));
describe('the search for runs, for members', () =>
  describeMembersCalls(() => new RunSearchRepository(t.db), runSearchCalls));

describe('usage, for members', () => describeMembersCalls(() => new UsageRepository(t.db), usageReads));
describe('budgets, for members', () => describeMembersCalls(() => new BudgetsRepository(t.db), budgetCalls));

describe('sessions', () => describeCalls(() => new SessionsRepository(t.db), sessionCalls));
describe('transcripts', () => describeCalls(() => new TranscriptsRepository(t.db), transcriptCalls));
describe('the session log', () => describeCalls(() => new SessionLogRepository(t.db), logCalls));
describe('messages', () => describeCalls(() => new MessagesRepository(t.db), messageCalls));
describe('runs', () => describeCalls(() => new RunsRepository(t.db), runCalls));
describe('uploads', () => describeCalls(() => new UploadsRepository(t.db), uploadCalls));
describe('requests', () => describeCalls(() => new RunRequestsRepository(t.db), runRequestCalls));
describe('checkpoints, for members', () =>
  describeMembersCalls(() => new CheckpointsRepository(t.db), checkpointCalls));
describe('checkpoints', () => describeCalls(() => new CheckpointsRepository(t.db), checkpointCalls));
describe('restorations, for members', () =>
  describeMembersCalls(() => new RestorationsRepository(t.db), restorationReads));
describe('restorations', () => describeCalls(() => new RestorationsRepository(t.db), restorationCalls));
describe('forks, for members', () => describeMembersCalls(() => new ForksRepository(t.db), forkCalls));
describe('forks', () => describeCalls(() => new ForksRepository(t.db), forkCalls));
describe('rules', () => describeCalls(() => new ApprovalRulesRepository(t.db), approvalRuleCalls));
describe('MCP servers', () => describeCalls(() => new McpServersRepository(t.db), mcpServerCalls));
describe('MCP tools', () => describeCalls(() => new McpToolsRepository(t.db), mcpToolCalls));
describe('MCP credentials', () => describeCalls(() => new McpCredentialsRepository(t.db), mcpCredentialCalls));
describe('spans', () => describeCalls(() => new SpansRepository(t.db), spanCalls));
describe('the search for runs', () => describeCalls(() => new RunSearchRepository(t.db), runSearchCalls));
describe('usage', () => describeCalls(() => new UsageRepository(t.db), usageCalls));
describe('budgets', () => describeCalls(() => new BudgetsRepository(t.db), budgetCalls));
describe('sign-ins', () => describeCalls(() => new SignInsRepository(t.db), signInCalls));
describe('sealed rows', () => describeCalls(() => new SealedRowsRepository(t.db), sealedRowCalls));
describe('oauth states', () => describeCalls(() => new OauthStatesRepository(t.db), oauthStateCalls));
describe('ended limits', () => describeCalls(() => new RateLimitsRepository(t.db), rateLimitCalls));
describe('open sockets', () => describeCalls(() => new SocketLeasesRepository(t.db), leaseCalls));
describe('one-time tokens', () => describeCalls(() => new OneTimeTokensRepository(t.db), oneTimeTokenCalls));
describe('failed sign-ins', () => describeCalls(() => new SignInFailuresRepository(t.db), signInFailureCalls));
describe('credentials', () => describeCalls(() => new CredentialsRepository(t.db), credentialCalls));
describe('the owner', () => describeCalls(() => new OwnerRepository(t.db), ownerCalls));
describe('people', () => describeCalls(() => new PeopleRepository(t.db), peopleCalls));
describe('tries at second factors', () =>
  describeCalls(() => new SecondFactorTriesRepository(t.db), secondFactorTryCalls));
describe('authenticator apps', () => describeCalls(() => new TotpSecretsRepository(t.db), totpCalls));
describe('recovery codes', () => describeCalls(() => new RecoveryCodesRepository(t.db), recoveryCodeCalls));
describe('passkeys', () => describeCalls(() => new PasskeysRepository(t.db), passkeyCalls));
describe('ways in', () => describeCalls(() => new WaysInRepository(t.db), wayInCalls));
describe('keys for programs', () => describeCalls(() => new ApiKeysRepository(t.db), apiKeyCalls));
describe('accounts at other issuers', () =>
  describeCalls(() => new ExternalAccountsRepository(t.db), externalAccountCalls));
describe('users', () => describeCalls(() => new UsersRepository(t.db), userCalls));

test('the group commit reads no table from end to end, also once PostgreSQL plans it for any values', async () => {
  const send = vi.spyOn(t.pool, 'query');
  const entries = Array.from({ length: 20 }, () => ({ type: 'text.delta', payload: '{"text":"x"}' }));
  await writeShares(
    t.pool,
    Array.from({ length: 50 }, (_, n) => ({ sessionId: idOf('session', n + 1), fence: newId(), written: 0, entries })),
  );
  const { text, values } = Object(send.mock.calls[0]?.[0]);
  send.mockRestore();

  expect(readWhole(await planOf(t.pool, { sql: text, values }))).toEqual([]);
  expect(readWhole(await planOf(t.pool, { sql: text, values }, { isGeneric: true }))).toEqual([]);
});

describe('a page comes in the order of its index: its cost does not grow with what lies beyond it', () => {
  test.each<readonly [string, () => readonly (() => Promise<unknown>)[]]>([
    ['sessions by activity', () => sessionCalls.page(new SessionsRepository(t.db), t.db)],
    ['history', () => transcriptCalls.messages(new TranscriptsRepository(t.db), t.db).slice(0, 2)],
    ['the search for runs', () => runSearchCalls.page(new RunSearchRepository(t.db), t.db)],
    ['the log', () => logCalls.readAfter(new SessionLogRepository(t.db), t.db)],
  ])('%s', async (_name, calls) => {
    for (const call of calls()) {
      for (const query of await queriesOf(t.db, call)) {
        const sorts = (await planOf(t.pool, query)).filter(({ type }) => /Sort$/.test(type));
        expect(sorts, query.sql).toEqual([]);
      }
    }
  });
});

describe('without its index a query is seen to read the table', () => {
  test.each<readonly [string, string, () => Promise<unknown>]>([
    ['uploads_by_content', 'uploads', () => new UploadsRepository(t.db).findSame(op, session, '00', 'a.txt')],
    ['runs_queued', 'runs', () => new RunsRepository(t.db).stranded(op, 100)],
    ['users_email_key', 'users', () => new UsersRepository(t.db).findPasswordAccount(op, 'person7@example.com')],
    [
      'sign_ins_by_user',
      'sign_ins',
      () => new SignInsRepository(t.db).endAll(op, newId(), { reason: 'revoked', at: now, but: null }),
    ],
  ])('%s', async (index, table, call) => {
    const [query] = await queriesOf(t.db, call);
    const client = await t.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`DROP INDEX ${index}`);
      expect(readWhole(await planOf(client, query ?? { sql: '', values: [] }))).toContainEqual({
        type: 'Seq Scan',
        table,
      });
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});
