import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { HistoryPage, MessageDto } from '@atelier/contracts/messages';
import type { Part } from '@atelier/contracts/parts';
import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { isTerminal } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import type { SessionLogRepository } from '../../platform/realtime/session-log.repository.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { toSessionDto } from './session-dto.ts';
import type { SessionsRepository } from './sessions.repository.ts';
import type { SessionsService } from './sessions.service.ts';
import { toMessageDto, toRunDto, usageOf } from './transcript-dto.ts';
import type { MessageRow, TranscriptsRepository } from './transcripts.repository.ts';

/** Messages of the first page; older ones are fetched by `messages.history`. */
const pageSize = 30;
/** No log comes here: "before" nothing in particular. */
const end = Number.MAX_SAFE_INTEGER;

export interface TranscriptsDeps {
  readonly db: Database;
  readonly sessions: SessionsService;
  readonly sessionRows: SessionsRepository;
  readonly transcripts: TranscriptsRepository;
  readonly eventLog: SessionLogRepository;
  /** The pipeline that was started last in a session. */
  readonly pipelineOf: (op: Operation, sessionId: string) => Promise<PipelineRunDto | null>;
}

/** A session as its viewer sees it: a snapshot and the `seq` it covers. */
export class TranscriptsService {
  readonly #deps: TranscriptsDeps;
  constructor(deps: TranscriptsDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `session.not_found`. */
  async open(op: Operation, principal: SignedIn, sessionId: string): Promise<Transcript> {
    const { db, sessions, sessionRows, transcripts, eventLog } = this.#deps;
    return await db.transaction(op, async (op) => {
      // A `seq` older than the parts would make the reader fold entries twice.
      await transcripts.readOneMoment(op);
      const session = await sessions.get(op, principal, sessionId);
      const head = await eventLog.head(op, sessionId);
      const rows = await transcripts.messages(op, sessionId, { before: end, limit: pageSize + 1 });
      const page = rows.slice(-pageSize);
      const queue = await transcripts.queue(op, sessionId);
      const seq = head?.lastSeq ?? 0;
      return {
        session: toSessionDto(session),
        messages: await this.#messages(op, sessionId, page),
        hasOlder: rows.length > pageSize,
        queue: queue.map(toRunDto),
        todos: [...(await sessionRows.todos(op, sessionId))],
        usage: usageOf(await transcripts.spent(op, sessionId)),
        pipeline: await this.#deps.pipelineOf(op, sessionId),
        filesVersion: seq,
        seq,
      };
    });
  }

  /** Messages before `before`, oldest first. @throws AppError `session.not_found`. */
  async history(
    op: Operation,
    principal: SignedIn,
    input: { readonly sessionId: string; readonly before: number; readonly limit: number },
  ): Promise<HistoryPage> {
    await this.#deps.sessions.get(op, principal, input.sessionId);
    const rows = await this.#deps.transcripts.messages(op, input.sessionId, {
      before: input.before,
      limit: input.limit + 1,
    });
    return {
      items: await this.#messages(op, input.sessionId, rows.slice(-input.limit)),
      hasOlder: rows.length > input.limit,
    };
  }

  /**
   * The conversation up to and including the message that a run answers, as the model is to see it. A check sees nothing
   * but that message, and what checks asked and said is no part of what others see.
   */
  async conversation(
    op: Operation,
    sessionId: string,
    { upTo, isCheck }: { readonly upTo: number; readonly isCheck: boolean },
  ): Promise<readonly MessageDto[]> {
    const { transcripts } = this.#deps;
    const rows = await transcripts.messages(op, sessionId, { before: upTo + 1, limit: isCheck ? 1 : 500 });
    const ofChecks = isCheck ? new Set() : new Set(await transcripts.messagesOfChecks(op, sessionId));
    return rows.filter(({ id }) => !ofChecks.has(id)).map((row) => toMessageDto(row, null));
  }

  /** The parts of an answer as the log has them now: what is stored, and the entries that are not folded yet. */
  async currentParts(
    op: Operation,
    sessionId: string,
    message: Pick<MessageRow, 'id' | 'foldedSeq' | 'parts'>,
  ): Promise<readonly Part[]> {
    let parts = message.parts;
    let after = message.foldedSeq;
    for (;;) {
      const { events, isEnd } = await this.#deps.eventLog.readAfter(op, sessionId, after);
      for (const event of events) {
        if (isPartEvent(event) && event.messageId === message.id) parts = foldParts(parts, event, event.at);
      }
      const last = events.at(-1);
      if (!last || isEnd) return parts;
      after = last.seq;
    }
  }

  async #messages(op: Operation, sessionId: string, rows: readonly MessageRow[]): Promise<MessageDto[]> {
    const answers = rows.filter((row) => row.role === 'agent').map((row) => row.id);
    const runs = answers.length === 0 ? new Map() : await this.#deps.transcripts.runsOf(op, answers);
    const messages: MessageDto[] = [];
    for (const row of rows) {
      const run = runs.get(row.id);
      const isStreaming = run && !isTerminal(run.state);
      const parts = isStreaming ? await this.currentParts(op, sessionId, row) : row.parts;
      messages.push(toMessageDto({ ...row, parts }, run ? toRunDto(run) : null));
    }
    return messages;
  }
}
