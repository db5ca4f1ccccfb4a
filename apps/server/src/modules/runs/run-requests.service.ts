import { createHash } from 'node:crypto';
import type { RequestDecision } from '@atelier/contracts/approvals';
import type { EventBody } from '@atelier/contracts/events';
import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import { messageId } from '@atelier/contracts/ids';
import { toolDecision } from '@atelier/contracts/parts';
import type { Usage } from '@atelier/contracts/runs';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { ApprovalRulesService } from '../approvals/index.ts';
import type { AuditLog } from '../audit/index.ts';
import type { MessagesRepository } from '../messages/index.ts';
import type { RunRow, TranscriptsService } from '../sessions/index.ts';
import type { Decision, RequestRow, RunRequestsRepository } from './run-requests.repository.ts';
import type { RunsRepository } from './runs.repository.ts';
import type { RunsService } from './runs.service.ts';

const system: Operation = { principal: { kind: 'system' } };
const batch = 50;
const nobodyCame = 'Nobody answered in time, so this was not done.';

export interface RunRequestsDeps {
  readonly db: Database;
  readonly runs: RunsRepository;
  readonly requests: RunRequestsRepository;
  readonly messages: MessagesRepository;
  readonly transcripts: TranscriptsService;
  readonly rules: ApprovalRulesService;
  readonly service: RunsService;
  readonly feeds: SessionFeeds;
  readonly hints: HintBus;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
}

type RunPlace = Pick<RunRow, 'id' | 'sessionId' | 'agentMessageId'> & { readonly organisationId: string };

/**
 * What runs ask people. A run that asks is laid down: no worker holds it, and a restart loses nothing. A decision is
 * stored first and said in the log when the run is down, so that it may come before that; both lock the run.
 */
export class RunRequestsService {
  readonly #deps: RunRequestsDeps;
  constructor(deps: RunRequestsDeps) {
    this.#deps = deps;
  }

  /** Stores what the entries ask for, in the transaction that writes them. */
  async store(
    op: Operation,
    run: RunPlace,
    bodies: readonly EventBody[],
    callOf: (callId: string) => Asked | undefined,
  ): Promise<void> {
    const asked = bodies.filter((body) => body.type === 'tool.requested');
    if (asked.length === 0) return;
    await this.#deps.requests.insert(
      op,
      asked.map(({ callId, request }) => ({
        id: newId(),
        runId: run.id,
        organisationId: run.organisationId,
        callId,
        kind: request.kind,
        tool: callOf(callId)?.name ?? '',
        // PostgreSQL's text holds no NUL, and JSON none that is not written as an escape.
        inputText: (callOf(callId)?.inputText ?? '').replaceAll('\0', ''),
        createdAt: this.#deps.clock.now(),
        expiresAt: new Date(request.expiresAt),
      })),
    );
  }

  /** Lays a run down, in the transaction that says so in the log. What was decided meanwhile holds at once. */
  async park(op: Operation, run: RunPlace, usage: Usage): Promise<void> {
    await this.#deps.runs.park(op, run.id, usage);
    await this.#apply(op, run);
  }

  /**
   * Decides what a call waits for. The same decision again changes nothing.
   * @throws AppError `run.not_found`, `ask.not_found`, `ask.decided`,
   *   `ask.input_invalid`.
   */
  async decide(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly callId: string; readonly decision: RequestDecision },
  ): Promise<void> {
    const { db, runs, requests, clock } = this.#deps;
    await db.transaction(op, async (op) => {
      const run = await runs.findOwned(op, principal, input.runId);
      if (!run) throw new AppError('run.not_found');
      const request = await requests.latest(op, run.id, input.callId);
      if (!request || request.kind !== kindOf(input.decision)) throw new AppError('ask.not_found');
      const decision = toDecision(request, input.decision, { by: principal.userId, at: clock.now() });
      if (request.decision !== null) {
        if (isSame(request, decision)) return;
        throw new AppError('ask.decided');
      }
      await requests.decide(op, request.id, decision);
      await this.#record(op, run, request, decision);
      if (input.decision.kind === 'approve' && input.decision.isForSession) {
        await this.#deps.rules.allowLike(op, principal, { sessionId: run.sessionId, ...request });
      }
      if (run.state === 'waiting') await this.#apply(op, run);
      db.afterCommit(op, () => this.#deps.hints.send('sessions', principal.userId, run.sessionId));
    });
  }

  /** Goes on with runs whose person was waited for long enough. Returns how many. */
  async expireOverdue(): Promise<number> {
    const { db, runs, requests, log } = this.#deps;
    try {
      const overdue = await requests.overdue(system, batch);
      for (const runId of overdue) {
        await db.transaction(system, async (op) => {
          const run = await runs.locked(op, runId);
          if (!run) return;
          await requests.expire(op, runId, nobodyCame);
          if (run.state === 'waiting') await this.#apply(op, run);
        });
      }
      return overdue.length;
    } catch (error) {
      log.warn({ error }, 'what nobody decided in time could not be given up; trying again');
      return 0;
    }
  }

  /** Says in the log what was decided, and queues the run again once nothing of it is open. The run is locked, and down. */
  async #apply(op: Operation, run: RunPlace): Promise<void> {
    const { runs, requests, messages, transcripts, feeds } = this.#deps;
    const decided = await requests.unapplied(op, run.id);
    if (decided.length === 0) return;
    const message = await runs.messageOf(op, run.agentMessageId);
    if (!message) return;
    const before = await transcripts.currentParts(op, run.sessionId, { id: run.agentMessageId, ...message });
    const events = await feeds.append(
      op,
      run.sessionId,
      decided.map((request) => decidedEntry(run, request)),
    );
    let parts = before;
    for (const event of events ?? []) if (isPartEvent(event)) parts = foldParts(parts, event, event.at);
    await messages.saveParts(
      op,
      run.agentMessageId,
      parts.flatMap((part, position) => (part === before[position] ? [] : [{ position, part }])),
      { length: parts.length, foldedSeq: events?.at(-1)?.seq ?? message.foldedSeq },
    );
    const open = await requests.markApplied(
      op,
      run.id,
      decided.map(({ id }) => id),
    );
    if (open === 0) await this.#deps.service.resume(op, run);
  }

  async #record(op: Operation, run: RunPlace, request: RequestRow, decision: Decision): Promise<void> {
    if (request.kind !== 'approval') return;
    const given = decision.editedInput ?? request.inputText;
    await this.#deps.audit.record(op, run.organisationId, {
      action: decision.kind === 'approved' ? 'call.approved' : 'call.denied',
      target: { kind: 'run', id: run.id },
      // The arguments may be anything, a secret too: the record holds what proves them and not what they are.
      after: {
        tool: request.tool,
        isEdited: decision.editedInput !== null,
        argumentsSha256: createHash('sha256').update(given).digest('hex'),
      },
    });
  }
}

/** The call that a request is about. */
export interface Asked {
  readonly name: string;
  readonly inputText: string;
}

function kindOf(decision: RequestDecision): RequestRow['kind'] {
  return decision.kind === 'answer' ? 'question' : 'approval';
}

function toDecision(
  request: RequestRow,
  decision: RequestDecision,
  who: { readonly by: string; readonly at: Date },
): Decision {
  switch (decision.kind) {
    case 'approve': {
      const isEdited = decision.inputText !== request.inputText;
      if (isEdited && !isObject(decision.inputText)) throw new AppError('ask.input_invalid');
      return { ...who, kind: 'approved', text: '', editedInput: isEdited ? decision.inputText : null };
    }
    case 'deny': {
      const reason = decision.reason.trim();
      const text = reason === '' ? 'The person did not allow this.' : `The person did not allow this: ${reason}`;
      return { ...who, kind: 'denied', text, editedInput: null };
    }
    case 'answer':
      return { ...who, kind: 'answered', text: decision.text, editedInput: null };
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isSame(request: RequestRow, decision: Decision): boolean {
  return (
    request.decision === decision.kind &&
    request.decisionText === decision.text &&
    request.editedInput === decision.editedInput &&
    request.decidedBy === decision.by
  );
}

function decidedEntry(run: RunPlace, request: RequestRow): EventBody {
  const decision = toolDecision.parse({
    kind: request.decision,
    by: request.decidedBy === null ? null : { userId: request.decidedBy, name: request.deciderName ?? '' },
    text: request.decisionText,
    isEdited: request.editedInput !== null,
    at: request.decidedAt?.toISOString(),
  });
  const place = { messageId: messageId.parse(run.agentMessageId), callId: request.callId };
  return { type: 'tool.decided', ...place, decision, inputText: request.editedInput };
}
