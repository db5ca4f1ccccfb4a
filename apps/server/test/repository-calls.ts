import { createHash } from 'node:crypto';
import type { Database } from '@atelier/entities/database';
import { newId } from '@atelier/kernel/ids';
import type { AgentsRepository } from '../src/modules/agents/index.ts';
import type { ApprovalRulesRepository } from '../src/modules/approvals/index.ts';
import type {
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
import type {
  CheckpointsRepository,
  ForksRepository,
  RestorationsRepository,
} from '../src/modules/checkpoints/index.ts';
import type { OwnerRepository, PeopleRepository } from '../src/modules/installation/index.ts';
import type { McpCredentialsRepository, McpServersRepository, McpToolsRepository } from '../src/modules/mcp/index.ts';
import type { MessagesRepository } from '../src/modules/messages/index.ts';
import type { PipelineRunsRepository, PipelinesRepository } from '../src/modules/pipelines/index.ts';
import type { RunRequestsRepository, RunsRepository } from '../src/modules/runs/index.ts';
import type { SessionsRepository, TranscriptsRepository } from '../src/modules/sessions/index.ts';
import type { RunSearchRepository, SpansRepository } from '../src/modules/traces/index.ts';
import type { BudgetsRepository, UsageRepository } from '../src/modules/usage/index.ts';
import type { UploadsRepository } from '../src/modules/workspaces/index.ts';
import type { RateLimitsRepository } from '../src/platform/rate-limit/rate-limits.repository.ts';
import type { SessionLogRepository } from '../src/platform/realtime/session-log.repository.ts';
import type { SocketLeasesRepository } from '../src/platform/realtime/socket-leases.repository.ts';
import type { SealedRowsRepository } from '../src/platform/secrets/sealed-rows.repository.ts';
import { idOf, person } from './busy-database.ts';

/** Every method of a repository, with the calls to look at. A method that is missing does not compile. */
type Calls<R> = { readonly [M in keyof R]: (repository: R, db: Database) => readonly (() => Promise<unknown>)[] };

export const op = { principal: { kind: 'system' } } as const;
export const now = new Date();
const usage = { inputTokens: 1, outputTokens: 1 };
const todo = { text: 'Look', state: 'open' } as const;
/** Of half of all sessions, and of one. */
const owners = [1, 4].map(person);
const owner = person(1);
const signIn = idOf('token', 1);
/** A tenth of everything that sessions have, and one row of each. */
const sessions = [1, 50_001].map((n) => idOf('session', n));
export const session = idOf('session', 1);
const worker = idOf('other', 20_001);
const after = { lastActivityAt: new Date(now.getTime() - 30_000_000), id: idOf('session', 30_000) };

const upload = {
  name: 'a.txt',
  path: 'a.txt',
  size: 3,
  mediaType: 'text/plain',
  sha256: '00',
  inlineText: null,
  createdAt: now,
};
const draft = {
  sessionId: session,
  userMessageId: idOf('message', 1),
  agentMessageId: idOf('message', 2),
  clientId: newId(),
  kind: 'answer',
  state: 'queued',
  attempt: 0,
  model: '',
  error: null,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: null,
  reasoningTokens: null,
  cost: null,
  contextTokens: null,
  contextWindow: null,
  isCheck: false,
  queuedAt: now,
  startedAt: null,
  finishedAt: null,
  steers: null,
} as const;

export const sessionCalls: Calls<SessionsRepository> = {
  page: (r) =>
    owners.flatMap((principal) =>
      (['open', 'archived', null] as const).flatMap((status) =>
        [null, after].map((from) => () => r.page(op, principal, { status, after: from, limit: 50 })),
      ),
    ),
  insert: (r) => [() => r.insert(op, owner, { id: newId(), clientId: newId(), title: '', at: now, model: null })],
  findByClientId: (r) => owners.map((principal) => () => r.findByClientId(op, principal, idOf('other', 4))),
  find: (r) => owners.map((principal) => () => r.find(op, principal, session)),
  change: (r) => [
    () => r.change(op, owner, session, { title: 'New', at: now, version: 1 }),
    () => r.change(op, owner, session, { model: null, at: now, version: undefined }),
  ],
  touch: (r) => [
    () => r.touch(op, session, { at: now }),
    () => r.touch(op, session, { at: now, title: 'New', principal: owner }),
  ],
  modelOf: (r) => [() => r.modelOf(op, session)],
  ownerOf: (r) => [() => r.ownerOf(op, session)],
  remove: (r) => [() => r.remove(op, owner, idOf('session', 99_999))],
  todos: (r) => [() => r.todos(op, session)],
  saveTodos: (r) => [() => r.saveTodos(op, session, [todo])],
};

/** `readOneMoment` is left out: it reads nothing. */
export const transcriptCalls: Omit<Calls<TranscriptsRepository>, 'readOneMoment'> = {
  messages: (r) =>
    sessions.flatMap((id) =>
      [Number.MAX_SAFE_INTEGER, 5000].map((before) => () => r.messages(op, id, { before, limit: 50 })),
    ),
  runsOf: (r) => [
    () =>
      r.runsOf(
        op,
        Array.from({ length: 50 }, (_, n) => idOf('message', 2 * n + 2)),
      ),
  ],
  spent: (r) => sessions.map((id) => () => r.spent(op, id)),
  queue: (r) => sessions.map((id) => () => r.queue(op, id)),
  messagesOfChecks: (r) => sessions.map((id) => () => r.messagesOfChecks(op, id)),
};

export const logCalls: Calls<SessionLogRepository> = {
  append: (r) => [
    () => r.append(op, session, [{ type: 'todos.updated', items: [] }]),
    () => r.append(op, session, [{ type: 'todos.updated', items: [] }], { fence: newId(), written: 0 }),
  ],
  head: (r) => [() => r.head(op, session)],
  lastSeqs: (r) => [() => r.lastSeqs(op, sessions)],
  readAfter: (r) => sessions.flatMap((id) => [0, 9000].map((from) => () => r.readAfter(op, id, from))),
  writerCount: (r) => [() => r.writerCount(op, session, newId())],
};

export const messageCalls: Calls<MessagesRepository> = {
  end: (r) =>
    sessions.map((id) => () => r.end(op, { sessionId: id, authorId: owner.userId, clientId: idOf('other', 1) })),
  insert: (r) => [
    () =>
      r.insert(op, [
        {
          id: newId(),
          sessionId: session,
          parentId: null,
          role: 'user',
          authorId: owner.userId,
          seq: 200_000,
          clientId: newId(),
          requestHash: null,
          createdAt: now,
          parts: [{ type: 'text', text: 'Hello' }],
        },
      ]),
  ],
  supersede: (r) => [() => r.supersede(op, [idOf('message', 9)])],
  saveParts: (r) => [
    () =>
      r.saveParts(op, idOf('message', 2), [{ position: 0, part: { type: 'text', text: 'x' } }], {
        length: 1,
        foldedSeq: 2,
      }),
  ],
};

export const runCalls: Calls<RunsRepository> = {
  insert: (r) => [() => r.insert(op, { ...draft, id: newId() }, owner.organisationId)],
  findByClientId: (r) => sessions.map((id) => () => r.findByClientId(op, id, idOf('other', 5))),
  findOwned: (r) => owners.map((principal) => () => r.findOwned(op, principal, idOf('run', 5))),
  claim: (r) => [20_002, 20_001, 50_001].map((n) => () => r.claim(op, idOf('run', n), newId())),
  takeLog: (r) => [() => r.takeLog(op, { id: idOf('run', 5), sessionId: session, model: 'Offline' }, newId())],
  heartbeat: (r) => [
    () =>
      r.heartbeat(
        op,
        worker,
        [20_001, 21_001, 22_001].map((n) => idOf('run', n)),
      ),
  ],
  withoutRight: (r) =>
    [owner.userId, null].map(
      (userId) => () =>
        r.withoutRight(
          op,
          [20_001, 21_001, 22_001].map((n) => idOf('run', n)),
          { roles: ['owner', 'admin', 'member'], userId },
        ),
    ),
  release: (r) => [() => r.release(op, worker)],
  finish: (r) => [() => r.finish(op, idOf('run', 21_001), { state: 'succeeded', error: null, usage })],
  park: (r) => [() => r.park(op, idOf('run', 21_001), usage)],
  addUsage: (r) =>
    [{ tokens: 100, window: 200_000 }, null].map(
      (context) => () => r.addUsage(op, idOf('run', 21_001), usage, context),
    ),
  requeue: (r) => [() => r.requeue(op, idOf('run', 22_001))],
  locked: (r, db) => [() => db.transaction(op, async (op) => await r.locked(op, idOf('run', 5)))],
  steerable: (r) => sessions.map((id) => () => r.steerable(op, id)),
  steer: (r) => [() => r.steer(op, idOf('run', 22_001), idOf('run', 21_001))],
  hasSteering: (r) => [() => r.hasSteering(op, idOf('run', 21_001))],
  steering: (r, db) => [() => db.transaction(op, async (op) => await r.steering(op, idOf('run', 21_001)))],
  requestStop: (r) => [() => r.requestStop(op, idOf('run', 22_001))],
  unfinished: (r) => sessions.map((id) => () => r.unfinished(op, id)),
  absentWorkers: (r) => [() => r.absentWorkers(op)],
  expire: (r) => [() => r.expire(op, [newId()])],
  stranded: (r) => [() => r.stranded(op, 100)],
  isOfOpenPipeline: (r) => [() => r.isOfOpenPipeline(op, idOf('other', 3))],
  latestAnswer: (r) => sessions.map((id) => () => r.latestAnswer(op, id)),
  messageOf: (r) => [() => r.messageOf(op, idOf('message', 2))],
  compact: (r) => [() => r.compact(op, new Date(now.getTime() - 60_000), 50)],
};

export const runRequestCalls: Calls<RunRequestsRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, [
        {
          id: newId(),
          runId: idOf('run', 5),
          organisationId: owner.organisationId,
          callId: newId(),
          kind: 'approval',
          tool: 'run_command',
          inputText: '{}',
          createdAt: now,
          expiresAt: now,
        },
      ]),
  ],
  latest: (r) => [() => r.latest(op, idOf('run', 5), '0-a')],
  decide: (r) => [
    () => r.decide(op, idOf('other', 1001), { kind: 'denied', text: '', editedInput: null, by: owner.userId, at: now }),
  ],
  unapplied: (r) => [() => r.unapplied(op, idOf('run', 1002))],
  markApplied: (r) => [() => r.markApplied(op, idOf('run', 1002), [idOf('other', 1002)])],
  overdue: (r) => [() => r.overdue(op, 50)],
  expire: (r) => [() => r.expire(op, idOf('run', 1001), 'Nobody came.')],
};

export const checkpointCalls: Calls<CheckpointsRepository> = {
  insert: (r) => [
    () => r.insert(op, { id: idOf('run', 5), sessionId: session, organisationId: owner.organisationId }, 'tree', now),
  ],
  find: (r) => [() => r.find(op, idOf('run', 5))],
  end: (r) => [() => r.end(op, idOf('run', 5), { afterTree: 'tree', created: 1, modified: 0, deleted: 0 })],
  remove: (r) => [() => r.remove(op, idOf('run', 77))],
  list: (r) => sessions.map((id) => () => r.list(op, id)),
};

export const restorationCalls: Calls<RestorationsRepository> = {
  insert: (r) => [
    () => {
      const trees = { beforeTree: 'before', afterTree: 'after', created: 1, modified: 0, deleted: 0 };
      const place = { sessionId: session, organisationId: owner.organisationId, seq: 200_000, createdAt: now };
      return r.insert(op, { id: newId(), ...place, ...trees });
    },
  ],
  find: (r) => [() => r.find(op, idOf('other', 5))],
  list: (r) => sessions.map((id) => () => r.list(op, id)),
};

export const forkCalls: Calls<ForksRepository> = {
  point: (r) => [() => r.point(op, session, idOf('message', 5))],
  insert: (r) => [
    () => r.insert(op, owner, { id: newId(), clientId: newId(), from: session, title: 'Fork', at: now }, 10),
  ],
  messageIds: (r) => [() => r.messageIds(op, session, 10)],
  copyMessages: (r) => [() => r.copyMessages(op, session, [{ from: idOf('message', 5), to: newId() }])],
  copyTodos: (r) => [() => r.copyTodos(op, idOf('session', 77), session)],
};

const everyone = { ...owner, userId: null };
const agent = idOf('other', 3);

export const agentCalls: Calls<AgentsRepository> = {
  list: (r) => [() => r.list(op, owner)],
  find: (r) => [() => r.find(op, owner, agent)],
  lock: (r, db) => [owner, everyone].map((who) => () => db.transaction(op, async (op) => await r.lock(op, who, agent))),
  count: (r) => [owner, everyone].map((who) => () => r.count(op, who)),
  insert: (r) => [() => r.insert(op, owner, { id: newId(), at: now })],
  insertVersion: (r) => [
    () =>
      r.insertVersion(op, {
        id: newId(),
        agentId: idOf('other', 1000),
        content: { name: 'A', description: '', instructions: '', model: null, tools: null, rules: [] },
        authorId: owner.userId,
        createdAt: now,
      }),
  ],
  setVersion: (r) => [() => r.setVersion(op, agent, 1)],
  archive: (r) => [() => r.archive(op, idOf('other', 4), now)],
  versions: (r) => [null, 5].map((before) => () => r.versions(op, agent, { before, limit: 31 })),
  hasVersion: (r) => [() => r.hasVersion(op, agent, 1)],
  ofRun: (r) => [() => r.ofRun(op, idOf('run', 5))],
};

const content = {
  name: 'P',
  description: '',
  stages: ['One', 'Two'].map((name) => ({ name, goal: 'Go.', agentId: null, gate: { kind: 'none' as const } })),
};

export const pipelineCalls: Calls<PipelinesRepository> = {
  list: (r) => [() => r.list(op, owner)],
  find: (r) => [() => r.find(op, owner, agent)],
  lock: (r, db) => [owner, everyone].map((who) => () => db.transaction(op, async (op) => await r.lock(op, who, agent))),
  count: (r) => [owner, everyone].map((who) => () => r.count(op, who)),
  insert: (r) => [() => r.insert(op, owner, { id: newId(), content, at: now })],
  change: (r) => [() => r.change(op, agent, content, now)],
  archive: (r) => [() => r.archive(op, idOf('other', 4), now)],
};

const pipelineRun = idOf('other', 3);
/** One of a session is under way at most, and one stage of it: each call takes the next one. */
let nextPipelineRun = 1005;

export const pipelineRunCalls: Calls<PipelineRunsRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, {
        id: newId(),
        organisationId: owner.organisationId,
        sessionId: idOf('session', nextPipelineRun++),
        pipelineId: agent,
        clientId: newId(),
        name: 'P',
        input: '',
        stages: [],
        at: now,
      }),
  ],
  findByClientId: (r) => sessions.map((id) => () => r.findByClientId(op, id, idOf('other', 1))),
  takeTurn: (r, db) => [() => db.transaction(op, async (op) => await r.takeTurn(op, session))],
  hasActive: (r) => sessions.map((id) => () => r.hasActive(op, id)),
  lock: (r, db) => [() => db.transaction(op, async (op) => await r.lock(op, pipelineRun))],
  find: (r) => [() => r.find(op, pipelineRun)],
  latest: (r) => sessions.map((id) => () => r.latest(op, id)),
  setState: (r) => [() => r.setState(op, pipelineRun, 'succeeded', now)],
  stageRuns: (r) => [() => r.stageRuns(op, pipelineRun)],
  insertStageRun: (r) => [
    () =>
      r.insertStageRun(op, {
        id: newId(),
        pipelineRunId: idOf('other', nextPipelineRun++),
        position: 1,
        runId: idOf('run', 5),
        givenBack: 0,
        at: now,
      }),
  ],
  changeStageRun: (r) => [() => r.changeStageRun(op, pipelineRun, { state: 'failed', comment: 'No.', at: now })],
  runEnd: (r) => [() => r.runEnd(op, idOf('run', 5))],
  due: (r) => [session, null].map((id) => () => r.due(op, id, 50)),
};

export const approvalRuleCalls: Calls<ApprovalRulesRepository> = {
  holding: (r) => [() => r.holding(op, { ...owner, sessionId: session })],
  ofRun: (r) => [() => r.ofRun(op, idOf('run', 5))],
  count: (r) => [() => r.count(op, owner), () => r.count(op, { ...owner, userId: null })],
  put: (r) => [
    () =>
      r.put(op, {
        id: newId(),
        ...owner,
        sessionId: null,
        tool: 'run_command',
        pattern: 'ls',
        action: 'allow',
        createdAt: now,
      }),
  ],
  remove: (r) => [() => r.remove(op, owner, idOf('other', 5))],
};

const mcpServer = {
  id: idOf('other', 6),
  ...owner,
  kind: 'http',
  name: 'docs',
  url: 'https://mcp.example/mcp',
  command: null,
  headersSealed: null,
  headerNames: [],
  isEnabled: true,
  timeoutSeconds: 60,
  createdAt: now,
  updatedAt: now,
} as const;

export const mcpServerCalls: Calls<McpServersRepository> = {
  usableBy: (r) => [() => r.usableBy(op, owner)],
  find: (r) => [() => r.find(op, owner, idOf('other', 5))],
  lock: (r) => [() => r.lock(op, owner, idOf('other', 5))],
  count: (r) => [() => r.count(op, owner), () => r.count(op, { ...owner, userId: null })],
  insert: (r) => [() => r.insert(op, { ...mcpServer, id: newId(), name: newId() })],
  save: (r) => [() => r.save(op, mcpServer)],
  remove: (r) => [() => r.remove(op, idOf('other', 7))],
};

export const mcpToolCalls: Calls<McpToolsRepository> = {
  of: (r) => [() => r.of(op, [idOf('other', 5), idOf('other', 6)])],
  see: (r) => [
    () =>
      r.see(
        op,
        { id: idOf('other', 6), organisationId: owner.organisationId },
        [{ name: 'echo', seen: { description: '', inputSchema: {} }, seenPin: 'a' }],
        now,
      ),
  ],
  approve: (r) => [() => r.approve(op, idOf('other', 6), [{ name: 'echo', pin: 'a' }])],
  revoke: (r) => [() => r.revoke(op, idOf('other', 6), ['echo'])],
  forget: (r) => [() => r.forget(op, idOf('other', 8))],
};

const mcpPlace = { serverId: idOf('other', 6), userId: owner.userId };

export const mcpCredentialCalls: Calls<McpCredentialsRepository> = {
  find: (r) => [() => r.find(op, mcpPlace)],
  authorisedAt: (r) => [() => r.authorisedAt(op, owner.userId, [idOf('other', 5), idOf('other', 6)])],
  ensure: (r) => [
    () => r.ensure(op, { id: newId(), ...mcpPlace, organisationId: owner.organisationId, origin: 'https://o' }, now),
  ],
  saveCredential: (r) => [
    () =>
      r.saveCredential(op, { id: idOf('other', 6), origin: 'https://o', credentialSealed: 'x', hasTokens: true }, now),
  ],
  savePending: (r) => [
    () => r.savePending(op, { id: idOf('other', 6), stateHash: Buffer.from('state'), pendingSealed: 'x', until: now }),
  ],
  takePending: (r) => [() => r.takePending(op, Buffer.from('state'), owner.userId, now)],
  forget: (r) => [() => r.forget(op, { ...mcpPlace, serverId: idOf('other', 9) })],
  forgetAll: (r) => [() => r.forgetAll(op, idOf('other', 10))],
};

export const spanCalls: Calls<SpansRepository> = {
  insert: (r) => [
    () =>
      r.insert(
        op,
        Array.from({ length: 200 }, (_, n) => ({
          id: newId(),
          runId: idOf('run', n + 1),
          parentId: null,
          kind: 'llm_call',
          name: 'chat',
          startedAt: now,
          durationMs: 1.5,
          status: 'ok',
          attributes: { 'gen_ai.request.model': 'a-model' },
        })),
      ),
  ],
  isOwned: (r) => owners.map((principal) => () => r.isOwned(op, principal, idOf('run', 5))),
  ofRun: (r) => [() => r.ofRun(op, owner.organisationId, idOf('run', 5), 2001)],
  isOfOrganisation: (r) => [() => r.isOfOrganisation(op, owner.organisationId, idOf('run', 5))],
};

const queued = { queuedAt: new Date(now.getTime() - 30_000_000), id: idOf('run', 30_000) };

export const runSearchCalls: Calls<RunSearchRepository> = {
  page: (r) =>
    [null, queued].flatMap((after) =>
      [
        { isFailed: false },
        { isFailed: false, userId: owner.userId },
        { isFailed: false, from: new Date(0).toISOString(), to: now.toISOString(), minDurationMs: 0 },
      ].map((filter) => () => r.page(op, owner.organisationId, filter, { after, limit: 31 })),
    ),
};

const usageFilter = { ...owner, from: '2026-01-01', to: '2026-01-31' };
const ofAll = { ...usageFilter, userId: null };
const since = { month: '2026-01-01', day: '2026-01-31' };

export const usageCalls: Calls<UsageRepository> = {
  add: (r) => [
    () =>
      r.add(op, {
        organisationId: owner.organisationId,
        sessionId: session,
        day: '2026-01-31',
        provider: 'Lab',
        model: 'a-model',
        label: 'A model',
        ...usage,
        cachedInputTokens: 0,
        reasoningTokens: 0,
        cost: null,
      }),
  ],
  total: (r) => [usageFilter, ofAll].map((filter) => () => r.total(op, filter)),
  byDay: (r) => [usageFilter, ofAll].map((filter) => () => r.byDay(op, filter)),
  byModel: (r) => [usageFilter, ofAll].map((filter) => () => r.byModel(op, filter)),
  byMember: (r) => [() => r.byMember(op, ofAll)],
  ofDay: (r) => [usageFilter, ofAll].map((filter) => () => r.ofDay(op, filter, '2026-01-31')),
};

const cap = { monthlyCost: 1, dailyTokens: 1 };
const eachMember = { scope: 'each_member', userId: null, monthlyCost: 1, dailyTokens: 1 } as const;
const oneMember = { scope: 'member', userId: idOf('user', 77_777), monthlyCost: 1, dailyTokens: 1 } as const;

export const budgetCalls: Calls<BudgetsRepository> = {
  holding: (r) => [() => r.holding(op, owner, since, cap)],
  list: (r) => [() => r.list(op, owner.organisationId, since, cap)],
  lock: (r) => [eachMember, oneMember].map((budget) => () => r.lock(op, owner.organisationId, budget)),
  put: (r) =>
    [eachMember, oneMember].map((budget) => () => r.put(op, owner.organisationId, { ...budget, id: newId() })),
  remove: (r) => [eachMember, oneMember].map((budget) => () => r.remove(op, owner.organisationId, budget)),
  isMember: (r) => [() => r.isMember(op, owner.organisationId, owner.userId)],
  administration: (r) => [() => r.administration(op, owner.organisationId)],
};

export const uploadCalls: Calls<UploadsRepository> = {
  insert: (r) => [() => r.insert(op, { sessionId: session, ...owner }, { ...upload, id: newId() })],
  find: (r) => sessions.map((id) => () => r.find(op, id, [idOf('upload', 1), idOf('upload', 50_001)])),
  findSame: (r) => sessions.map((id) => () => r.findSame(op, id, '00', 'a.txt')),
};

export const signInCalls: Calls<SignInsRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, {
        id: newId(),
        userId: owner.userId,
        organisationId: owner.organisationId,
        methods: ['password'],
        userAgent: '',
        ip: null,
        at: now,
        absoluteExpiresAt: now,
      }),
  ],
  insertToken: (r) => [
    () =>
      r.insertToken(op, {
        signInId: signIn,
        tokenHash: Buffer.from('new'),
        userAgent: '',
        createdAt: now,
        expiresAt: now,
      }),
  ],
  findForUpdate: (r, db) => [() => db.transaction(op, async (op) => await r.findForUpdate(op, Buffer.from('none')))],
  knownHashes: (r) => [() => r.knownHashes(op, idOf('token', 3), [Buffer.from('one'), Buffer.from('other')])],
  signInOf: (r) => [() => r.signInOf(op, Buffer.from('none'), now)],
  markRotated: (r) => [() => r.markRotated(op, idOf('token', 3), now)],
  noteUse: (r) => [
    () => r.noteUse(op, idOf('token', 3), { at: now, organisationId: owner.organisationId, ip: '127.0.0.1' }),
  ],
  moveTo: (r) => [() => r.moveTo(op, idOf('token', 3), owner.organisationId)],
  succeed: (r) => [() => r.succeed(op, signIn, { id: newId(), methods: ['totp'], at: now })],
  end: (r) => [() => r.end(op, idOf('token', 3), 'revoked', now)],
  endAll: (r) => [() => r.endAll(op, person(5).userId, { reason: 'revoked', at: now, but: null })],
  find: (r) => [() => r.find(op, signIn)],
  listOpen: (r) => [() => r.listOpen(op, owner.userId)],
  removeExpired: (r) => [() => r.removeExpired(op, 100)],
  standing: (r) => [() => r.standing(op, { sid: signIn, sub: owner.userId, org: owner.organisationId })],
};

/** `hasAny` is left out: it stops at the first row it meets. */
export const userCalls: Omit<Calls<UsersRepository>, 'hasAny'> = {
  findPasswordAccount: (r) => [() => r.findPasswordAccount(op, 'Person7@Example.com')],
  create: (r) => [() => r.create(op, { email: 'new@example.com', name: 'New', passwordHash: '', createdAt: now })],
  findByEmail: (r) => [() => r.findByEmail(op, 'Person7@Example.com')],
  find: (r) => [() => r.find(op, owner.userId)],
  lock: (r) => [() => r.lock(op, owner.userId)],
  setPassword: (r) => [
    () => r.setPassword(op, owner.userId, 'new', now),
    // Somebody without a password account.
    () => r.setPassword(op, idOf('user', 100_000), 'new', now),
  ],
  markVerified: (r) => [() => r.markVerified(op, owner.userId, now)],
  rename: (r) => [() => r.rename(op, idOf('user', 8), 'New')],
  isActive: (r) => [() => r.isActive(op, owner.userId)],
  hasEmail: (r) => [() => r.hasEmail(op, 'Person7@Example.com')],
  findByIdentity: (r) => [() => r.findByIdentity(op, { issuer: 'atelier', subject: idOf('user', 7) })],
  addAccount: (r) => [
    () =>
      r.addAccount(op, owner.userId, {
        id: newId(),
        identity: { provider: 'github', issuer: 'https://github.com', subject: '7' },
        createdAt: now,
      }),
  ],
  keepTokens: (r) => [
    () =>
      r.keepTokens(op, idOf('other', 7), {
        email: null,
        accessTokenSealed: null,
        refreshTokenSealed: null,
        tokenExpiresAt: null,
        tokenScopes: '',
        lastUsedAt: now,
      }),
  ],
  identity: (r) => [() => r.identity(op, owner.userId, owner.organisationId)],
  personalOrganisation: (r) => [() => r.personalOrganisation(op, owner.userId)],
};

/** Any column of texts stands for those that are sealed. */
const sealed = { table: 'accounts', idColumn: 'id', column: 'password_hash', purpose: 'totp' } as const;

export const sealedRowCalls: Calls<SealedRowsRepository> = {
  lockOutdated: (r) => [
    () => r.lockOutdated(op, sealed, { afterId: idOf('other', 0), prefix: 'v2.', limit: 500 }),
    () => r.lockOutdated(op, sealed, { afterId: newId(), prefix: 'v2.', limit: 500 }),
  ],
  replace: (r) => [
    () =>
      r.replace(
        op,
        sealed,
        Array.from({ length: 500 }, (_, n) => ({ id: idOf('other', n), sealed: 'old', resealed: 'new' })),
      ),
  ],
};

const hash = (text: string) => createHash('sha256').update(text).digest();

export const oauthStateCalls: Calls<OauthStatesRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, {
        stateHash: Buffer.from('new'),
        provider: 'google',
        verifier: '',
        nonce: null,
        returnPath: '/',
        browserHash: Buffer.from('browser'),
        person: { userId: owner.userId, signInId: signIn },
        createdAt: now,
        expiresAt: now,
      }),
  ],
  take: (r) => [
    () => r.take(op, { stateHash: hash('7'), provider: 'google', browserHash: Buffer.from('browser'), now }),
  ],
  isLink: (r) => [() => r.isLink(op, hash('7'))],
  removeExpired: (r) => [() => r.removeExpired(op, 100)],
};

export const oneTimeTokenCalls: Calls<OneTimeTokensRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, {
        purpose: 'setup',
        userId: null,
        tokenHash: Buffer.from('new'),
        browserHash: null,
        payload: {},
        createdAt: now,
        expiresAt: now,
      }),
  ],
  find: (r) => [() => r.find(op, 'reset_password', hash('7'), now)],
  take: (r) => [() => r.take(op, 'reset_password', hash('7'), now)],
  endAllOf: (r) => [() => r.endAllOf(op, person(8).userId, now)],
  endUnowned: (r) => [() => r.endUnowned(op, 'setup', now)],
  removeExpired: (r) => [() => r.removeExpired(op, 100)],
};

export const signInFailureCalls: Calls<SignInFailuresRepository> = {
  find: (r) => [() => r.find(op, hash('7'))],
  lock: (r) => [() => r.lock(op, hash('7'))],
  ensure: (r) => [() => r.ensure(op, hash('new'), now)],
  save: (r) => [() => r.save(op, hash('7'), { count: 2, lastAt: now })],
  remove: (r) => [() => r.remove(op, hash('8'))],
  removeExpired: (r) => [() => r.removeExpired(op, 100)],
};

export const ownerCalls: Calls<OwnerRepository> = {
  exists: (r) => [() => r.exists(op)],
  make: (r) => [() => r.make(op, idOf('user', 9))],
  takeTurn: (r, db) => [() => db.transaction(op, async (op) => await r.takeTurn(op))],
};

const filters = [
  { search: '', status: 'all' },
  { search: 'person 77', status: 'all' },
  { search: 'nobody', status: 'suspended' },
] as const;

export const peopleCalls: Calls<PeopleRepository> = {
  walk: (r) =>
    filters.flatMap((filter) =>
      [null, { createdAt: now, id: idOf('user', 30_000) }].flatMap((from) =>
        [51, 5000].map((size) => () => r.walk(op, filter, { after: from, size })),
      ),
    ),
  summaries: (r) => [
    () =>
      r.summaries(
        op,
        Array.from({ length: 50 }, (_, n) => idOf('user', n + 1)),
      ),
  ],
  lock: (r) => [() => r.lock(op, owner.userId)],
  setStatus: (r) => [() => r.setStatus(op, owner.userId, 'active')],
  setRole: (r) => [() => r.setRole(op, owner.userId, 'user')],
};

export const rateLimitCalls: Calls<RateLimitsRepository> = {
  removeEnded: (r) => [() => r.removeEnded(op, 100)],
};

export const leaseCalls: Calls<SocketLeasesRepository> = {
  keepServer: (r) => [newId(), idOf('other', 7)].map((id) => () => r.keepServer(op, id, 60)),
  removeServer: (r) => [() => r.removeServer(op, idOf('other', 99_999))],
  removeGoneServers: (r) => [() => r.removeGoneServers(op)],
  lockPerson: (r) => [() => r.lockPerson(op, owner.userId)],
  insertBelow: (r) => [() => r.insertBelow(op, { id: newId(), userId: owner.userId, serverId: idOf('other', 7) }, 20)],
  remove: (r) => [() => r.remove(op, [idOf('other', 8), newId()])],
};

export const secondFactorTryCalls: Calls<SecondFactorTriesRepository> = {
  count: (r) => [() => r.count(op, idOf('other', 9), 5)],
};

export const totpCalls: Calls<TotpSecretsRepository> = {
  find: (r) => [() => r.find(op, owner.userId)],
  begin: (r) => [() => r.begin(op, person(7).userId, 'sealed', now)],
  takeStep: (r) => [() => r.takeStep(op, owner.userId, 'sealed', 7)],
  confirm: (r) => [() => r.confirm(op, owner.userId, now)],
  remove: (r) => [() => r.remove(op, person(8).userId)],
};

export const recoveryCodeCalls: Calls<RecoveryCodesRepository> = {
  replace: (r) => [() => r.replace(op, person(6).userId, ['a', 'b'].map(hash), now)],
  burn: (r) => [() => r.burn(op, owner.userId, hash('1'), now)],
  countLeft: (r) => [() => r.countLeft(op, owner.userId)],
  removeAll: (r) => [() => r.removeAll(op, person(5).userId)],
};

export const passkeyCalls: Calls<PasskeysRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, {
        id: newId(),
        userId: owner.userId,
        credentialId: hash('new'),
        publicKey: hash('key'),
        counter: 0,
        transports: [],
        name: 'Key',
        isBackedUp: false,
        createdAt: now,
        lastUsedAt: null,
      }),
  ],
  list: (r) => [() => r.list(op, owner.userId)],
  findByCredential: (r) => [() => r.findByCredential(op, hash('7'))],
  noteUse: (r) => [() => r.noteUse(op, idOf('other', 7), { counter: 9, isBackedUp: true, at: now })],
  rename: (r) => [() => r.rename(op, person(7).userId, idOf('other', 7), 'New')],
  remove: (r) => [() => r.remove(op, person(8).userId, idOf('other', 8))],
};

export const wayInCalls: Calls<WaysInRepository> = {
  person: (r) => [() => r.person(op, owner.userId)],
  passwordHash: (r) => [() => r.passwordHash(op, owner.userId)],
  lockAndCount: (r, db) => [() => db.transaction(op, async (op) => await r.lockAndCount(op, owner.userId))],
  accounts: (r) => [() => r.accounts(op, owner.userId)],
  unlink: (r) => [() => r.unlink(op, owner.userId, idOf('other', 1))],
};

export const apiKeyCalls: Calls<ApiKeysRepository> = {
  insert: (r) => [
    () =>
      r.insert(op, {
        id: newId(),
        userId: owner.userId,
        organisationId: owner.organisationId,
        isStrong: false,
        name: 'Key',
        keyHash: hash('new'),
        hint: 'abcd',
        scopes: ['read'],
        createdAt: now,
        expiresAt: null,
      }),
  ],
  countOpen: (r) => [() => r.countOpen(op, owner.organisationId, owner.userId, now)],
  list: (r) => [() => r.list(op, owner.organisationId, owner.userId)],
  listAll: (r) => [() => r.listAll(op, owner.organisationId)],
  revoke: (r) =>
    [owner.userId, null].map(
      (userId) => () => r.revoke(op, owner.organisationId, idOf('other', 1), { userId, at: now }),
    ),
  standing: (r) => [() => r.standing(op, hash('7'))],
  noteUse: (r) => [() => r.noteUse(op, idOf('other', 7), now)],
};

export const externalAccountCalls: Calls<ExternalAccountsRepository> = {
  standing: (r) =>
    [owner.organisationId, null].map(
      (organisationId) => () => r.standing(op, { issuer: 'atelier', subject: idOf('user', 7), organisationId }),
    ),
};

export const credentialCalls: Calls<CredentialsRepository> = {
  removeAllButPassword: (r) => [() => r.removeAllButPassword(op, person(8).userId, now)],
  holding: (r) =>
    [3, 500].map(
      (count) => () =>
        r.holding(
          op,
          Array.from({ length: count }, (_, n) => ({
            kind: (['sign_in', 'api_key', 'external'] as const)[n % 3] ?? 'sign_in',
            id: idOf(n % 3 === 0 ? 'token' : 'other', n + 1),
            userId: idOf('user', n + 1),
            organisationId: idOf('organisation', n + 1),
          })),
        ),
    ),
};
