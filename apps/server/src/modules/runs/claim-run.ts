import { randomUUID } from 'node:crypto';
import { foldParts } from '@atelier/contracts/fold-parts';
import type { Part, ToolPart } from '@atelier/contracts/parts';
import type { Usage } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { MessagesRepository } from '../messages/index.ts';
import type { Answerers } from '../models/index.ts';
import { type TranscriptsService, toRunDto, usageOf } from '../sessions/index.ts';
import type { ClaimedRun, RunsRepository } from './runs.repository.ts';

const system: Operation = { principal: { kind: 'system' } };

export interface ClaimDeps {
  readonly db: Database;
  readonly runs: RunsRepository;
  readonly messages: MessagesRepository;
  readonly transcripts: TranscriptsService;
  readonly feeds: SessionFeeds;
  /** Who may answer a run. */
  readonly modelsFor: (op: Operation, run: ClaimedRun) => Promise<Answerers>;
}

/** A run this worker owns, and where its answer stands. */
export interface Claim {
  readonly run: ClaimedRun;
  readonly answerers: Answerers;
  readonly fence: string;
  readonly parts: readonly Part[];
  /** The step to go on with: completed steps are read from the parts, not repeated. */
  readonly firstStep: number;
  readonly usage: Usage;
  /** Calls during which an earlier worker was lost. */
  readonly lostCalls: readonly ToolPart[];
}

/**
 * Takes a run, takes its session's log, and says so in the log, as one fact. What an earlier worker streamed but
 * could not finish is kept: its text is folded into the answer, a call without a result becomes `unknown`.
 */
export async function claimRun(deps: ClaimDeps, runId: string, worker: string): Promise<Claim | null> {
  const { db, runs, messages, transcripts, feeds } = deps;
  return await db.transaction(system, async (op) => {
    const claimed = await runs.claim(op, runId, worker);
    if (!claimed) return null;
    const answerers = await deps.modelsFor(op, claimed);
    const run = { ...claimed, model: answerers.models[0].label };
    const fence = randomUUID();
    await runs.takeLog(op, run, fence);
    const usage = usageOf(run);

    if (run.isFirstStart && run.kind !== 'continue') {
      await feeds.append(op, run.sessionId, [{ type: 'run.started', run: toRunDto(run) }]);
      // A retry begins with what was said while the first answer was being written.
      const parts = run.kind === 'retry' ? ((await runs.messageOf(op, run.agentMessageId))?.parts ?? []) : [];
      return { run, answerers, fence, parts, firstStep: 0, usage, lostCalls: [] };
    }

    const message = await runs.messageOf(op, run.agentMessageId);
    if (!message) throw new Error('A run without its answer.');
    // The log is ours since `takeLog`, so nothing can be added to these entries any more.
    const before = await transcripts.currentParts(op, run.sessionId, { id: run.agentMessageId, ...message });
    const firstStep = nextStep(before);
    const reason = run.isFirstStart ? 'continued' : run.wasParked ? 'decided' : 'worker_lost';
    const events = await feeds.append(op, run.sessionId, [
      { type: 'run.resumed', run: toRunDto(run), step: firstStep, reason },
    ]);
    const resumed = events?.[0];
    if (resumed?.type !== 'run.resumed') throw new Error('The log did not take the resumption.');
    const parts = foldParts(before, resumed, resumed.at);
    await messages.saveParts(
      op,
      run.agentMessageId,
      parts.map((part, position) => ({ position, part })),
      { length: parts.length, foldedSeq: resumed.seq },
    );
    const isUnderWay = (part: Part): part is ToolPart => part.type === 'tool' && part.state === 'running';
    const lostCalls = run.wasLost ? before.filter(isUnderWay) : [];
    return { run, answerers, fence, parts, firstStep, usage, lostCalls };
  });
}

/** A broken step gets a new number: what it wrote stays, and what follows stands beside it. */
function nextStep(parts: readonly Part[]): number {
  return parts.reduce(
    (next, part) => ('step' in part && part.step !== undefined ? Math.max(next, part.step + 1) : next),
    0,
  );
}
