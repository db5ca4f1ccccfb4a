import type { PipelineState, StageState } from '@atelier/contracts/pipeline-runs';
import { isTerminal } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { MessagesService } from '../messages/index.ts';
import { toPipelineRunDto } from './pipeline-run-dto.ts';
import type {
  PipelineRunRow,
  PipelineRunsRepository,
  RunEnd,
  StageRunRow,
  StartedAgent,
} from './pipeline-runs.repository.ts';
import { checkMessage, goalMessage, resultOf, verdictOf } from './stage-messages.ts';

/** So often a check gives a stage back; after that it has failed. */
const mostGivenBack = 2;

export interface ProgressDeps {
  readonly db: Database;
  readonly runs: PipelineRunsRepository;
  readonly messages: MessagesService;
  readonly feeds: SessionFeeds;
  readonly hints: HintBus;
  readonly clock: Clock;
}

/** How a pipeline goes on. Each step is one transaction under the lock of the pipeline, and safe to repeat. */
export class PipelineProgress {
  readonly #deps: ProgressDeps;
  constructor(deps: ProgressDeps) {
    this.#deps = deps;
  }

  /** Sends a stage's goal, to be worked on by its agent. */
  async begin(
    op: Operation,
    row: PipelineRunRow,
    position: number,
    again: { readonly comment: string; readonly givenBack: number } | null = null,
  ): Promise<void> {
    const stage = row.stages[position];
    if (!stage) return;
    const text = goalMessage(stage, row.input, again?.comment ?? null);
    const runId = await this.#post(op, row, { text, agent: stage.agent, isCheck: false });
    await this.#deps.runs.insertStageRun(op, {
      id: newId(),
      pipelineRunId: row.id,
      position,
      runId,
      givenBack: again?.givenBack ?? 0,
      at: this.#deps.clock.now(),
    });
  }

  /** A stage has passed its gate: the next one begins, or the pipeline is done. */
  async pass(op: Operation, row: PipelineRunRow, stage: StageRunRow, comment: string): Promise<void> {
    await this.#end(op, stage, 'succeeded', comment);
    const next = stage.position + 1;
    if (next === row.stages.length) return await this.setState(op, row, 'succeeded');
    await this.begin(op, row, next);
    await this.setState(op, row, 'running');
  }

  /** A stage is given back: it begins again, and is told why. */
  async giveBack(
    op: Operation,
    row: PipelineRunRow,
    stage: StageRunRow,
    again: { readonly comment: string; readonly givenBack: number },
  ): Promise<void> {
    await this.#end(op, stage, 'rejected', again.comment);
    await this.begin(op, row, stage.position, again);
    await this.setState(op, row, 'running');
  }

  async stop(op: Operation, row: PipelineRunRow, stage: StageRunRow | undefined): Promise<void> {
    if (stage) await this.#end(op, stage, 'cancelled', stage.comment);
    await this.setState(op, row, 'cancelled');
  }

  /** Stores the state, and shows the pipeline as it is now to the session's viewers. */
  async setState(op: Operation, row: PipelineRunRow, state: PipelineState): Promise<void> {
    const { db, runs, feeds, hints, clock } = this.#deps;
    await runs.setState(op, row.id, state, clock.now());
    const now = await runs.find(op, row.id);
    if (!now) return;
    const pipeline = toPipelineRunDto(now, await runs.stageRuns(op, row.id));
    await feeds.append(op, row.sessionId, [{ type: 'pipeline.updated', pipeline }]);
    db.afterCommit(op, () => hints.send('sessions', row.ownerId, row.sessionId));
  }

  /** Goes on with a pipeline whose stage has come to its end; false when there is nothing to go on with. */
  async advance(op: Operation, id: string): Promise<boolean> {
    const { db, runs } = this.#deps;
    return await db.transaction(op, async (op) => {
      const row = await runs.lock(op, id);
      const stage = row && activeOf(await runs.stageRuns(op, id));
      if (!stage || stage.state === 'waiting') return false;
      const end = await runs.runEnd(op, (stage.state === 'checking' && stage.checkRunId) || stage.runId);
      if (!end || !isTerminal(end.state)) return false;
      if (end.state !== 'succeeded') await this.#failed(op, row, stage, end);
      else if (stage.state === 'checking') await this.#checked(op, row, stage, end);
      else await this.#worked(op, row, stage, end);
      return true;
    });
  }

  /** Whoever stopped the run stopped the pipeline; anything else is a failure. */
  async #failed(op: Operation, row: PipelineRunRow, stage: StageRunRow, { state, error }: RunEnd): Promise<void> {
    if (state === 'cancelled') return await this.stop(op, row, stage);
    await this.#fail(op, row, stage, error?.message ?? 'The run ended early.');
  }

  async #worked(op: Operation, row: PipelineRunRow, stage: StageRunRow, end: RunEnd): Promise<void> {
    const { runs, clock } = this.#deps;
    const started = row.stages[stage.position];
    if (!started || started.gate.kind === 'none') return await this.pass(op, row, stage, '');
    const { gate } = started;
    if (gate.kind === 'person') {
      await runs.changeStageRun(op, stage.id, { state: 'waiting', at: clock.now() });
      return await this.setState(op, row, 'waiting');
    }
    const text = checkMessage(started, gate.instructions, { input: row.input, result: resultOf(end.parts) });
    const checkRunId = await this.#post(op, row, { text, agent: gate.agent, isCheck: true });
    await runs.changeStageRun(op, stage.id, { state: 'checking', checkRunId, at: clock.now() });
    await this.setState(op, row, 'running');
  }

  async #checked(op: Operation, row: PipelineRunRow, stage: StageRunRow, end: RunEnd): Promise<void> {
    const decided = verdictOf(end.parts);
    if (!decided) return await this.#fail(op, row, stage, 'The check ended without a verdict.');
    const { pass, reason } = decided;
    if (pass) return await this.pass(op, row, stage, reason);
    if (stage.givenBack >= mostGivenBack) return await this.#fail(op, row, stage, reason);
    await this.giveBack(op, row, stage, { comment: reason, givenBack: stage.givenBack + 1 });
  }

  async #fail(op: Operation, row: PipelineRunRow, stage: StageRunRow, comment: string): Promise<void> {
    await this.#end(op, stage, 'failed', comment);
    await this.setState(op, row, 'failed');
  }

  async #end(op: Operation, stage: StageRunRow, state: StageState, comment: string): Promise<void> {
    const { runs, clock } = this.#deps;
    // What a model writes may hold what PostgreSQL's text does not.
    await runs.changeStageRun(op, stage.id, { state, comment: storable(comment), at: clock.now() });
  }

  async #post(
    op: Operation,
    { sessionId, ownerId, organisationId }: PipelineRunRow,
    message: { readonly text: string; readonly agent: StartedAgent | null; readonly isCheck: boolean },
  ): Promise<string> {
    const { text, agent, isCheck } = message;
    const parts = [{ type: 'text', text: storable(text) } as const];
    const author = { sessionId, authorId: ownerId, organisationId };
    return (await this.#deps.messages.post(op, { ...author, parts, agentVersionId: agent?.versionId ?? null, isCheck }))
      .runId;
  }
}

/** The try that is under way. */
export function activeOf(attempts: readonly StageRunRow[]): StageRunRow | undefined {
  return attempts.find(({ state }) => state === 'running' || state === 'checking' || state === 'waiting');
}

function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
