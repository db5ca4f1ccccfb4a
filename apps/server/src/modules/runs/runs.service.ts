import type { EventBody } from '@atelier/contracts/events';
import { messageId, runId } from '@atelier/contracts/ids';
import type { SentDto } from '@atelier/contracts/messages';
import { newMessageDto } from '@atelier/contracts/messages';
import type { ModelChoice } from '@atelier/contracts/model-choice';
import type { Part } from '@atelier/contracts/parts';
import { isTerminal } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import { isForeignKeyViolation } from '@atelier/entities/database-errors';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { JobQueue } from '../../platform/jobs/job-queue.ts';
import type { RateLimiter } from '../../platform/rate-limit/rate-limiter.ts';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { MessagesRepository } from '../messages/index.ts';
import {
  type AnsweringModel,
  type RunRow,
  type SessionsRepository,
  toRunDto,
  toSessionDto,
} from '../sessions/index.ts';
import type { ClaimedRun, RunDraft, RunKind, RunsRepository } from './runs.repository.ts';

const noUsage = { inputTokens: 0, outputTokens: 0 };

export interface RunsDeps {
  readonly db: Database;
  readonly runs: RunsRepository;
  readonly messages: MessagesRepository;
  readonly sessionRows: SessionsRepository;
  readonly feeds: SessionFeeds;
  readonly hints: HintBus;
  readonly jobs: JobQueue;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  /** What somebody chose, by the name it has now; what may not be used is refused. */
  readonly chosenModel: (op: Operation, principal: SignedIn, choice: ModelChoice) => Promise<AnsweringModel>;
}

/** What people do with runs: queue, steer, stop, retry, continue. */
export class RunsService {
  readonly #deps: RunsDeps;
  constructor(deps: RunsDeps) {
    this.#deps = deps;
  }

  draft({
    isCheck = false,
    ...run
  }: {
    readonly kind: RunKind;
    readonly sessionId: string;
    readonly userMessageId: string;
    readonly agentMessageId: string;
    readonly clientId: string;
    readonly agentVersionId?: string | null;
    readonly isCheck?: boolean;
    readonly steers?: string | null;
    readonly chosen?: AnsweringModel | null;
  }): RunDraft {
    return {
      ...run,
      isCheck,
      steers: run.steers ?? null,
      id: newId(),
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
      queuedAt: this.#deps.clock.now(),
      startedAt: null,
      finishedAt: null,
    };
  }

  /**
   * Counts one more run of this person and of the installation. Asked after everything else that may refuse, and not for
   * what was asked before: it stands inside the transaction. The store has connections of its own, so it waits for none.
   * @throws AppError `request.too_many`.
   */
  async allow(principal: SignedIn): Promise<void> {
    const { limiter } = this.#deps;
    await limiter.consume('runs', principal.userId);
    await limiter.consume('runs_of_all', '');
  }

  /** Stores the run with its job in the operation's transaction, and calls for a worker after the commit. */
  async enqueue(op: Operation, run: RunDraft, organisationId: string): Promise<void> {
    const { db, runs, jobs, hints } = this.#deps;
    await runs.insert(op, run, organisationId);
    await jobs.send(op, 'run', { runId: run.id, sessionId: run.sessionId });
    db.afterCommit(op, () => hints.send('queued', run.sessionId, run.id));
  }

  /**
   * Stops a run: what it wrote is kept. A queued one is taken back with its message. One that has ended stays as it is.
   * @throws AppError `run.not_found`.
   */
  async stop(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, runs, hints } = this.#deps;
    await db.transaction(op, async (op) => {
      const run = await this.#owned(op, principal, id);
      if (run.state === 'queued') return await this.#takeBack(op, run);
      if (isTerminal(run.state)) return;
      await runs.requestStop(op, id);
      // Nobody works on one that waits for a person: whoever takes it up finds that it is to end.
      if (run.state === 'waiting') await this.resume(op, run);
      db.afterCommit(op, () => hints.send('stop', id, ''));
    });
  }

  /** The run that a message sent now would steer; null: there is none, or one that nobody steers. */
  async steerable(op: Operation, sessionId: string): Promise<string | null> {
    return await this.#deps.runs.steerable(op, sessionId);
  }

  /**
   * Has a queued message read by the answer that is being written, or wait for its turn after all. What is queued no more, or
   * is the next to be answered, stays as it is.
   * @throws AppError `run.not_found`, `run.not_steerable`.
   */
  async steer(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly steers: boolean },
  ): Promise<void> {
    const { db, runs, feeds } = this.#deps;
    await db.transaction(op, async (op) => {
      const run = await this.#owned(op, principal, input.runId);
      if (run.state !== 'queued') return;
      const [first] = await runs.unfinished(op, run.sessionId);
      if (first?.id === run.id) return;
      const steers = input.steers ? await runs.steerable(op, run.sessionId) : null;
      if (input.steers && steers === null) throw new AppError('run.not_steerable');
      if (run.steers === steers) return;
      if (!(await runs.steer(op, run.id, steers))) throw new AppError('run.not_steerable');
      const entry = { type: 'run.steer_asked', runId: runId.parse(run.id) } as const;
      await feeds.append(op, run.sessionId, [{ ...entry, steers: steers === null ? null : runId.parse(steers) }]);
    });
  }

  /** Ends a queued run with what it brought, before anybody works on it. Returns what the log is to say of it. */
  async withdraw(
    op: Operation,
    run: Pick<ClaimedRun, 'id' | 'kind' | 'userMessageId' | 'agentMessageId'>,
  ): Promise<EventBody> {
    const { runs, messages } = this.#deps;
    await runs.finish(op, run.id, { state: 'cancelled', error: null, usage: noUsage });
    // A queued "continue" has no message of its own: the answer it was to go on with stays.
    if (run.kind !== 'continue') {
      await messages.supersede(
        op,
        run.kind === 'answer' ? [run.userMessageId, run.agentMessageId] : [run.agentMessageId],
      );
    }
    const ids = { runId: runId.parse(run.id), messageId: messageId.parse(run.agentMessageId) };
    return { type: 'run.finished', ...ids, state: 'cancelled', error: null, usage: noUsage };
  }

  /** Queues a run that waited for a person: a worker goes on with it, or ends it when somebody asked for that. */
  async resume(op: Operation, run: { readonly id: string; readonly sessionId: string }): Promise<void> {
    const { db, runs, jobs, hints } = this.#deps;
    await runs.requeue(op, run.id);
    await jobs.send(op, 'run', { runId: run.id, sessionId: run.sessionId });
    db.afterCommit(op, () => hints.send('queued', run.sessionId, run.id));
  }

  /** Before a session is deleted: whatever runs in it stops, and its worker finds that the run is gone. */
  async stopAll(op: Operation, sessionId: string): Promise<void> {
    const { runs, hints } = this.#deps;
    for (const run of await runs.unfinished(op, sessionId)) {
      await runs.requestStop(op, run.id);
      hints.send('stop', run.id, '');
    }
  }

  /**
   * A new answer to the same message, and to what was said while the old one was written; of `model` if one is said. The old
   * one is no longer shown. Idempotent by `clientId`.
   * @throws AppError `run.not_found`, `run.not_finished`, `run.not_latest`, `run.of_pipeline`, `session.archived`,
   *   `model.not_found`, `chain.not_found`, `request.too_many`.
   */
  async retry(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly clientId: string; readonly model?: ModelChoice | undefined },
  ): Promise<SentDto> {
    if (!input.model) return await this.#retry(op, principal, input, null);
    // Whose run it is comes first: of somebody else's nothing more is said.
    await this.#owned(op, principal, input.runId);
    const chosen = await this.#deps.chosenModel(op, principal, input.model);
    return await this.#retry(op, principal, input, chosen).catch(removedMeanwhile);
  }

  async #retry(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly clientId: string },
    chosen: AnsweringModel | null,
  ): Promise<SentDto> {
    return await this.#again(op, principal, input, async (op, old) => {
      const { messages, feeds } = this.#deps;
      const agentMessageId = newId();
      // Asked again, it is for whoever answers in the session now; a check stays one.
      const { isCheck, agentVersionId, ...place } = old;
      const agent = isCheck ? { isCheck, agentVersionId } : {};
      const run = this.draft({ kind: 'retry', ...place, ...agent, chosen, agentMessageId, clientId: input.clientId });
      const answer = {
        id: agentMessageId,
        sessionId: old.sessionId,
        parentId: old.userMessageId,
        role: 'agent',
        parts: steersOf((await this.#deps.runs.messageOf(op, old.agentMessageId))?.parts ?? []),
      } as const;
      const view = newMessageDto.parse({
        id: answer.id,
        parentId: answer.parentId,
        role: answer.role,
        parts: answer.parts,
        author: null,
        run: toRunDto(run),
        createdAt: run.queuedAt.toISOString(),
        isSuperseded: false,
      });
      await messages.supersede(op, [old.agentMessageId]);
      const events = await feeds.append(op, old.sessionId, [
        { type: 'message.updated', messageId: messageId.parse(old.agentMessageId), isSuperseded: true },
        { type: 'message.created', message: view },
        { type: 'run.queued', run: toRunDto(run) },
      ]);
      const seq = events?.[1]?.seq ?? 0;
      const fromNobody = { authorId: null, clientId: null, requestHash: null };
      await messages.insert(op, [{ ...answer, ...fromNobody, seq, createdAt: run.queuedAt }]);
      return run;
    });
  }

  /**
   * Goes on with an answer that was cut off, in the same message, and with whom was chosen for it. Idempotent by
   * `clientId`. Errors as for `retry`.
   */
  async continue(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly clientId: string },
  ): Promise<SentDto> {
    return await this.#again(op, principal, input, async (op, old) => {
      const run = this.draft({ kind: 'continue', ...old, clientId: input.clientId });
      await this.#deps.feeds.append(op, old.sessionId, [{ type: 'run.queued', run: toRunDto(run) }]);
      return run;
    });
  }

  async #again(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly clientId: string },
    make: (
      op: Operation,
      old: Pick<ClaimedRun, 'sessionId' | 'userMessageId' | 'agentMessageId' | 'isCheck' | 'agentVersionId' | 'chosen'>,
    ) => Promise<RunDraft>,
  ): Promise<SentDto> {
    const { db, runs, sessionRows } = this.#deps;
    return await db.transaction(op, async (op) => {
      const old = await this.#owned(op, principal, input.runId);
      const session = await sessionRows.touch(op, old.sessionId, { at: this.#deps.clock.now() });
      const done = await runs.findByClientId(op, old.sessionId, input.clientId);
      if (done) return toSent(done);
      if (session?.status === 'archived') throw new AppError('session.archived');
      if (!isTerminal(old.state)) throw new AppError('run.not_finished');
      const latest = await runs.latestAnswer(op, old.sessionId);
      const isBusy = (await runs.unfinished(op, old.sessionId)).length > 0;
      if (latest?.id !== old.agentMessageId || isBusy) throw new AppError('run.not_latest');
      // Beside the pipeline its answer would be another than the one that its gate and its result know.
      if (await runs.isOfOpenPipeline(op, old.id)) throw new AppError('run.of_pipeline');
      await this.allow(principal);
      const { sessionId, userMessageId, agentMessageId, isCheck, agentVersionId, chosen } = old;
      const run = await make(op, { sessionId, userMessageId, agentMessageId, isCheck, agentVersionId, chosen });
      await this.enqueue(op, run, principal.organisationId);
      db.afterCommit(op, () => this.#deps.hints.send('sessions', principal.userId, old.sessionId));
      return toSent(run);
    });
  }

  async #owned(op: Operation, principal: SignedIn, id: string): Promise<ClaimedRun> {
    const run = await this.#deps.runs.findOwned(op, principal, id);
    if (!run) throw new AppError('run.not_found');
    return run;
  }

  async #takeBack(op: Operation, run: ClaimedRun): Promise<void> {
    const { db, feeds, hints, sessionRows } = this.#deps;
    // The session's row before its log, as whoever sends.
    const session = await sessionRows.touch(op, run.sessionId, { at: this.#deps.clock.now() });
    await feeds.append(op, run.sessionId, [
      await this.withdraw(op, run),
      ...(session ? [{ type: 'session.updated', session: toSessionDto(session) } as const] : []),
    ]);
    // No worker ends it, so nobody else tells those who wait for its end.
    db.afterCommit(op, () => hints.send('queued', run.sessionId, ''));
  }
}

/** What people said while an answer was being written, as it stands before the first step of another one. */
function steersOf(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part) => (part.type === 'steer' ? [{ ...part, step: 0 }] : []));
}

/** Who was chosen went between being looked for and being stored. */
function removedMeanwhile(error: unknown): never {
  throw isForeignKeyViolation(error) ? new AppError('model.not_found', { cause: error }) : error;
}

function toSent(run: RunRow): SentDto {
  const { userMessageId, id } = toRunDto(run);
  return { messageId: userMessageId, runId: id };
}
