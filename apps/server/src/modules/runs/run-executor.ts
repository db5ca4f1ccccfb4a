import type { AgentLimits } from '@atelier/agent/agent-limits';
import {
  type AnyTool,
  type Approvals,
  type Attachments,
  type Budget,
  LeaseLostError,
  type ModelHealth,
} from '@atelier/agent/ports';
import { type RunNotice, runAgent } from '@atelier/agent/run-agent';
import { runSubagent, type StepEnd, subagentTool } from '@atelier/agent/tools/run-subagent';
import { giveVerdict } from '@atelier/agent/tools/verdict';
import { messageId, runId } from '@atelier/contracts/ids';
import type { RunError, RunState, Usage } from '@atelier/contracts/runs';
import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { RunAgents } from '../agents/index.ts';
import type { CheckpointsService } from '../checkpoints/index.ts';
import type { SessionsRepository } from '../sessions/index.ts';
import type { SpanRecorder } from '../traces/index.ts';
import type { Claim, ClaimDeps } from './claim-run.ts';
import { type JournalDeps, SessionJournal } from './run-journal.ts';
import type { RunRequestsService } from './run-requests.service.ts';
import { isRightLoss, lossError, type RightLoss, RunRights } from './run-rights.ts';
import { RunSteering } from './run-steering.ts';
import { RunUsage, type RunUsageDeps } from './run-usage.ts';
import type { ClaimedRun } from './runs.repository.ts';
import type { RunsService } from './runs.service.ts';

const system: Operation = { principal: { kind: 'system' } };

/** After this many workers were lost with it, a run is not tried again by itself. */
const maxAttempts = 3;

export interface ExecutorDeps extends ClaimDeps, JournalDeps, Omit<RunUsageDeps, 'runs'> {
  readonly health: ModelHealth;
  readonly budgetOf: (run: ClaimedRun, signal: AbortSignal) => Budget;
  readonly approvalsOf: (runId: string) => Approvals;
  readonly agents: RunAgents;
  readonly requests: RunRequestsService;
  readonly service: RunsService;
  readonly checkpoints: CheckpointsService;
  readonly systemPrompt: string;
  /** Where they differ from the agent's own. */
  readonly agentLimits?: Partial<AgentLimits>;
  readonly attachmentsOf: (sessionId: string) => Attachments;
  readonly toolsFor: (run: Claim['run'], isWanted: (name: string) => boolean) => Promise<readonly AnyTool[]>;
  readonly sessionRows: SessionsRepository;
  /** Whether another worker has what the agent left running in a session. */
  readonly isElsewhere: (sessionId: string) => boolean;
  readonly hints: HintBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly spans: Pick<SpanRecorder, 'tracerOf' | 'flushSoon'>;
}

/** Why an execution was aborted from outside. */
export type AbortReason = 'stopped' | 'lease_lost' | 'handed_over' | RightLoss;

interface Ending {
  readonly state: RunState;
  readonly error: RunError | null;
  readonly usage: Usage;
}

/** Works one claimed run to its end. Resolves when the run is terminal or belongs to somebody else. */
export async function executeRun(deps: ExecutorDeps, claim: Claim, abort: AbortController): Promise<void> {
  const { run } = claim;
  const journal = new SessionJournal(deps, {
    sessionId: run.sessionId,
    messageId: run.agentMessageId,
    fence: claim.fence,
    parts: claim.parts,
    signal: abort.signal,
    onLost: () => abort.abort('lease_lost' satisfies AbortReason),
  });
  try {
    const rights = new RunRights(deps.runs);
    const loss = (await rights.lostBy([run.id])).get(run.id);
    if (loss) abort.abort(loss satisfies AbortReason);
    const ending = refuseToStart(claim) ?? (await work(deps, claim, { journal, rights, abort }));
    if (isAborted(abort.signal, 'lease_lost') || isAborted(abort.signal, 'handed_over')) return;
    if (ending.state === 'waiting') await park(deps, claim, journal, ending);
    else await end(deps, claim, journal, interruptedFor(abort.signal, ending));
  } catch (error) {
    if (error instanceof LeaseLostError || isAborted(abort.signal, 'lease_lost')) return;
    deps.log.error({ runId: run.id, error }, 'a run could not be worked or ended; its lease will run out');
  } finally {
    deps.spans.flushSoon();
  }
}

function isAborted(signal: AbortSignal, reason: AbortReason): boolean {
  return signal.aborted && signal.reason === reason;
}

/** What has to end without another try: a person stopped it while nobody worked on it, or it lost too many workers. */
function refuseToStart({ run, usage }: Claim): Ending | null {
  if (run.isStopRequested) return { state: 'cancelled', error: null, usage };
  if (run.attempt <= maxAttempts) return null;
  const message =
    'The agent was interrupted three times in a row. What it wrote is kept; continue or retry when you like.';
  return { state: 'interrupted', error: { code: 'run.worker_lost', message, retryable: true }, usage };
}

/** Whoever lost the right to a run did not stop it: it says what happened. What ended before stays as it ended. */
function interruptedFor({ reason }: AbortSignal, ending: Ending): Ending {
  if (!isRightLoss(reason) || ending.state !== 'cancelled') return ending;
  return { ...ending, state: 'interrupted', error: lossError(reason) };
}

interface Workplace {
  readonly journal: SessionJournal;
  readonly rights: RunRights;
  readonly abort: AbortController;
}

async function work(deps: ExecutorDeps, claim: Claim, { journal, rights, abort }: Workplace): Promise<Ending> {
  const { run } = claim;
  const { signal } = abort;
  if (run.questionSeq === null) return { state: 'cancelled', error: null, usage: claim.usage };
  const used = new RunUsage(deps, run, claim.usage);
  const startedAt = performance.now();
  let isFirst = true;
  try {
    const agent = await deps.agents.of(system, run.id);
    const there = await deps.toolsFor(run, (name) => agent.hasTool(name));
    const given = toolsOf(run, there);
    // Keeping the workspace takes a while: whether the run may go on is asked after it, right before the effect.
    const tools = deps.checkpoints.guarded(
      rights.guarded(given, run.id, (loss) => abort.abort(loss satisfies AbortReason)),
      run,
    );
    const common = {
      runId: runId.parse(run.id),
      messageId: messageId.parse(run.agentMessageId),
      models: claim.answerers.models,
      notices: [...noticeOf('model_gone', claim.answerers.notice), ...noticeOf('tools_gone', agent.missing(there))],
      health: deps.health,
      budget: deps.budgetOf(run, signal),
      approvals: deps.approvalsOf(run.id),
      tools,
      attachments: deps.attachmentsOf(run.sessionId),
      clock: deps.clock,
      system: agent.system(deps.systemPrompt),
      limits: deps.agentLimits ?? {},
    };
    const count = async (step: StepEnd) => {
      await deps.db.transaction(system, async (op) => await used.store(op, [step], { isAside: true }));
      used.written([step]);
    };
    return await runAgent({
      ...common,
      tools: agent.hasTool(subagentTool.name) ? [...tools, runSubagent({ ...common, count })] : tools,
      journal: {
        delta(body) {
          if (isFirst) deps.metrics.firstTokenSeconds.observe((performance.now() - startedAt) / 1000);
          isFirst = false;
          return journal.delta(body);
        },
        async commit(bodies) {
          await journal.commitWith(bodies, async (op) => {
            await deps.requests.store(op, run, bodies, (id) => journal.callOf(id));
            await used.store(op, bodies);
          });
          used.written(bodies);
        },
      },
      signal,
      // A check sees its question only.
      ...(run.isCheck ? {} : { steering: new RunSteering(deps, run, { journal, signal }) }),
      conversation: await deps.transcripts.conversation(system, run.sessionId, {
        upTo: run.questionSeq,
        isCheck: run.isCheck,
      }),
      parts: claim.parts,
      firstStep: claim.firstStep,
      usage: claim.usage,
      tracer: deps.spans.tracerOf(run),
      hasWaited: run.wasParked,
      lostCalls: claim.lostCalls,
    });
  } catch (error) {
    if (error instanceof LeaseLostError || signal.aborted) throw error;
    deps.log.error({ runId: run.id, error }, 'the agent failed unexpectedly');
    const message = 'The agent failed for a reason on our side. What it wrote so far is kept.';
    return { state: 'failed', error: { code: 'run.unexpected', message, retryable: true }, usage: used.total };
  }
}

function noticeOf(kind: RunNotice['kind'], text: string | null): readonly RunNotice[] {
  return text === null ? [] : [{ kind, text }];
}

/** A check changes no files, and says what it decided. */
function toolsOf({ isCheck }: Claim['run'], tools: readonly AnyTool[]): readonly AnyTool[] {
  return isCheck ? [...tools.filter(({ effect }) => effect !== 'write'), giveVerdict()] : tools;
}

/** Lays the run down until a person has decided: the entry and the run's row are one fact. */
async function park(deps: ExecutorDeps, { run }: Claim, journal: SessionJournal, { usage }: Ending): Promise<void> {
  const entry = {
    type: 'run.waiting',
    runId: runId.parse(run.id),
    messageId: messageId.parse(run.agentMessageId),
  } as const;
  let ownerId: string | null = null;
  await journal.commitWith([entry], async (op) => {
    await deps.requests.park(op, run, usage);
    ownerId = await deps.sessionRows.ownerOf(op, run.sessionId);
  });
  if (ownerId !== null) deps.hints.send('sessions', ownerId, run.sessionId);
  deps.log.info({ runId: run.id }, 'a run waits for a person');
}

/** The last entry, the parts, the run's row and the session's activity: one fact. */
async function end(deps: ExecutorDeps, claim: Claim, journal: SessionJournal, ending: Ending): Promise<void> {
  const { run } = claim;
  const { state, error, usage } = ending;
  const ids = { runId: runId.parse(run.id), messageId: messageId.parse(run.agentMessageId) };
  const entry = { type: 'run.finished', ...ids, state, error, usage } as const;
  const checkpoint = await deps.checkpoints.ended(run);
  const entries = checkpoint ? [{ type: 'checkpoint.created', checkpoint } as const, entry] : [entry];
  let ownerId: string | null = null;
  await journal.commitWith(
    entries,
    async (op) => {
      ownerId = await deps.sessionRows.ownerOf(op, run.sessionId);
    },
    async (op) => {
      await deps.runs.finish(op, run.id, ending);
      await deps.sessionRows.touch(op, run.sessionId, { at: deps.clock.now() });
    },
  );
  if (ownerId !== null) deps.hints.send('sessions', ownerId, run.sessionId);
  deps.metrics.finishedRuns.inc({ state });
  deps.log.info({ runId: run.id, state, code: error?.code, attempt: run.attempt }, 'a run ended');
}
