import type { AgentDetail } from '@atelier/contracts/agents';
import { sessionId as parseSessionId, pipelineRunId } from '@atelier/contracts/ids';
import { messageMaxCharacters } from '@atelier/contracts/messages';
import type { ModelChoice } from '@atelier/contracts/model-choice';
import type { PipelineResult, PipelineStage, StageDecision } from '@atelier/contracts/pipelines';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AgentsRepository } from '../agents/index.ts';
import type { CheckpointsService } from '../checkpoints/index.ts';
import type { RunsService } from '../runs/index.ts';
import type { SessionsService } from '../sessions/index.ts';
import { activeOf, type PipelineProgress } from './pipeline-progress.ts';
import { resultDocument } from './pipeline-result.ts';
import type { PipelineRunRow, PipelineRunsRepository, StartedAgent, StartedStage } from './pipeline-runs.repository.ts';
import type { PipelinesService } from './pipelines.service.ts';
import { lengthOfGoal, verdictOf } from './stage-messages.ts';

const mostTries = 100;

export interface PipelineRunsDeps {
  readonly db: Database;
  readonly pipelines: PipelinesService;
  readonly runs: PipelineRunsRepository;
  readonly progress: PipelineProgress;
  readonly agents: AgentsRepository;
  readonly sessions: SessionsService;
  readonly agentRuns: RunsService;
  readonly checkpoints: CheckpointsService;
  readonly clock: Clock;
}

export interface StartInput {
  readonly pipelineId: string;
  readonly clientId: string;
  /** Null: in a new session. */
  readonly sessionId: string | null;
  /** Who answers in a new session; null: what is usual in the organisation. */
  readonly model: ModelChoice | null;
  readonly input: string;
}

/** What people do with pipelines: start one, decide at a gate, stop it, run a stage again, take the result away. */
export class PipelineRunsService {
  readonly #deps: PipelineRunsDeps;
  constructor(deps: PipelineRunsDeps) {
    this.#deps = deps;
  }

  /**
   * Freezes the pipeline with its agents as they are now, and begins its first stage. The same `clientId` again gives the
   * first result again.
   * @throws AppError `pipeline.not_found`, `pipeline.agent_gone`, `pipeline.goal_too_long`, `session.not_found`,
   *   `session.archived`, `pipeline.active`, `model.not_found`, `chain.not_found`, `request.too_many`.
   */
  async start(op: Operation, principal: SignedIn, input: StartInput) {
    const { db, pipelines, runs, progress, sessions, agentRuns, clock } = this.#deps;
    const { pipelineId, clientId } = input;
    const { name, content } = await pipelines.get(op, principal, pipelineId);
    if (content.stages.some(({ goal }) => lengthOfGoal(goal, input.input) > messageMaxCharacters)) {
      throw new AppError('pipeline.goal_too_long');
    }
    const model = input.sessionId === null ? await sessions.answering(op, principal, input.model) : null;
    return await db.transaction(op, async (op) => {
      // A new session is part of the fact: what is refused leaves none behind.
      const sessionId = input.sessionId ?? (await sessions.add(op, principal, { clientId, title: name, model })).id;
      await sessions.get(op, principal, sessionId);
      const { isArchived } = await runs.takeTurn(op, sessionId);
      const before = await runs.findByClientId(op, sessionId, clientId);
      if (before) return started(sessionId, before.id);
      if (isArchived) throw new AppError('session.archived');
      if (await runs.hasActive(op, sessionId)) throw new AppError('pipeline.active');
      const { organisationId } = principal;
      const stages = await this.#frozen(op, principal, content.stages);
      const run = { id: newId(), organisationId, sessionId, pipelineId, clientId, name, input: input.input, stages };
      await runs.insert(op, { ...run, at: clock.now() });
      const row = await runs.find(op, run.id);
      if (!row) throw new AppError('session.not_found');
      await agentRuns.allow(principal);
      await progress.begin(op, row, 0);
      await progress.setState(op, row, 'running');
      return started(sessionId, row.id);
    });
  }

  /**
   * What a stage waits for at its gate.
   * @throws AppError `pipeline.not_found`, `pipeline.decided`, `pipeline.too_many_tries`, `session.archived`,
   *   `request.too_many`.
   */
  async decide(
    op: Operation,
    principal: SignedIn,
    input: { readonly pipelineRunId: string; readonly stageRunId: string; readonly decision: StageDecision },
  ): Promise<void> {
    const { runs, progress, agentRuns } = this.#deps;
    await this.#changing(op, principal, input.pipelineRunId, async (op, row) => {
      const attempts = await runs.stageRuns(op, row.id);
      const stage = activeOf(attempts);
      if (stage?.id !== input.stageRunId || stage.state !== 'waiting') throw new AppError('pipeline.decided');
      const { isArchived } = await runs.takeTurn(op, row.sessionId);
      if (isArchived) throw new AppError('session.archived');
      if (input.decision.kind === 'send_back') checkRoom(attempts);
      await agentRuns.allow(principal);
      if (input.decision.kind === 'approve') return await progress.pass(op, row, stage, '');
      await progress.giveBack(op, row, stage, { comment: input.decision.comment, givenBack: 0 });
    });
  }

  /** Stops the stage under way. One that has ended stays as it is. @throws AppError `pipeline.not_found`. */
  async stop(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { runs, progress, agentRuns } = this.#deps;
    await this.#changing(op, principal, id, async (op, row) => {
      if (row.state !== 'running' && row.state !== 'waiting') return;
      const stage = activeOf(await runs.stageRuns(op, id));
      if (stage && stage.state !== 'waiting') {
        await agentRuns.stop(op, principal, stage.checkRunId ?? stage.runId);
      }
      await progress.stop(op, row, stage);
    });
  }

  /** The stage that failed, or was stopped, begins again. @throws AppError `pipeline.not_found`, `pipeline.not_stopped`, `pipeline.active`, `pipeline.too_many_tries`, `session.archived`, `request.too_many`. */
  async runAgain(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { runs, progress, agentRuns } = this.#deps;
    await this.#changing(op, principal, id, async (op, row) => {
      if (row.state !== 'failed' && row.state !== 'cancelled') throw new AppError('pipeline.not_stopped');
      const { isArchived } = await runs.takeTurn(op, row.sessionId);
      if (isArchived) throw new AppError('session.archived');
      if (await runs.hasActive(op, row.sessionId)) throw new AppError('pipeline.active');
      const attempts = await runs.stageRuns(op, id);
      checkRoom(attempts);
      await agentRuns.allow(principal);
      const last = attempts.at(-1);
      // Only a check's word is about the result: what a provider or a budget said is nothing to do better.
      const check = last?.checkRunId ? await runs.runEnd(op, last.checkRunId) : null;
      const verdict = check && last?.state === 'failed' ? verdictOf(check.parts) : null;
      await progress.begin(
        op,
        row,
        last?.position ?? 0,
        verdict && !verdict.pass ? { comment: verdict.reason, givenBack: 0 } : null,
      );
      await progress.setState(op, row, 'running');
    });
  }

  /** What came of it, stage by stage, to be kept as a file. @throws AppError `pipeline.not_found`. */
  async result(
    op: Operation,
    principal: SignedIn,
    input: { readonly pipelineRunId: string; readonly format: 'markdown' | 'json' },
  ): Promise<PipelineResult> {
    const { runs, checkpoints } = this.#deps;
    const row = ownedBy(principal, await runs.find(op, input.pipelineRunId));
    const attempts = [];
    for (const attempt of await runs.stageRuns(op, row.id)) {
      const parts = (await runs.runEnd(op, attempt.runId))?.parts ?? [];
      attempts.push({ attempt, parts, files: await checkpoints.filesChanged(op, principal, attempt.runId) });
    }
    return resultDocument(row, attempts, input.format);
  }

  /** One change of a pipeline of this person's session, under its lock. */
  async #changing(
    op: Operation,
    principal: SignedIn,
    id: string,
    change: (op: Operation, row: PipelineRunRow) => Promise<void>,
  ): Promise<void> {
    const { db, runs } = this.#deps;
    await db.transaction(op, async (op) => {
      await change(op, ownedBy(principal, await runs.lock(op, id)));
    });
  }

  async #frozen(
    op: Operation,
    principal: SignedIn,
    stages: readonly PipelineStage[],
  ): Promise<readonly StartedStage[]> {
    const frozen: StartedStage[] = [];
    for (const { name, goal, agentId, gate } of stages) {
      frozen.push({
        name,
        goal,
        agent: await this.#agent(op, principal, agentId),
        gate:
          gate.kind === 'check'
            ? { kind: 'check', instructions: gate.instructions, agent: await this.#agent(op, principal, gate.agentId) }
            : gate,
      });
    }
    return frozen;
  }

  async #agent(op: Operation, principal: SignedIn, id: AgentDetail['id'] | null): Promise<StartedAgent | null> {
    if (id === null) return null;
    const agent = await this.#deps.agents.find(op, principal, id);
    if (!agent) throw new AppError('pipeline.agent_gone');
    return { name: agent.name, versionId: agent.versionId };
  }
}

/** Each entry of the log tells of all tries. @throws AppError `pipeline.too_many_tries`. */
function checkRoom(attempts: readonly unknown[]): void {
  if (attempts.length >= mostTries) throw new AppError('pipeline.too_many_tries');
}

function ownedBy(principal: SignedIn, row: PipelineRunRow | null): PipelineRunRow {
  if (!row || row.ownerId !== principal.userId || row.organisationId !== principal.organisationId) {
    throw new AppError('pipeline.not_found');
  }
  return row;
}

function started(sessionId: string, id: string) {
  return { sessionId: parseSessionId.parse(sessionId), pipelineRunId: pipelineRunId.parse(id) };
}
