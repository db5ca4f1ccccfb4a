import { createHash } from 'node:crypto';
import { inlineTextBytes } from '@atelier/contracts/files';
import { messageId, runId, userId } from '@atelier/contracts/ids';
import { type MessageDto, newMessageDto, type SendPart, type SentDto } from '@atelier/contracts/messages';
import { type FilePart, filePart, type Part } from '@atelier/contracts/parts';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { RunsService } from '../runs/index.ts';
import {
  type SessionsRepository,
  type SessionsService,
  type TouchedSession,
  toRunDto,
  toSessionDto,
} from '../sessions/index.ts';
import type { UploadsRepository } from '../workspaces/index.ts';
import type { ConversationEnd, MessagesRepository, SentMessage } from './messages.repository.ts';
import { titleFrom } from './title-from.ts';

const maxQueuedRuns = 20;
/** An answer is seldom done sooner. */
const retryQueuedAfterMs = 5000;

export interface MessagesDeps {
  readonly db: Database;
  readonly sessions: SessionsService;
  readonly sessionRows: SessionsRepository;
  readonly messages: MessagesRepository;
  readonly uploads: UploadsRepository;
  readonly runs: RunsService;
  readonly feeds: SessionFeeds;
  readonly hints: HintBus;
  readonly clock: Clock;
}

export interface SendInput {
  readonly sessionId: string;
  readonly clientId: string;
  readonly parts: readonly SendPart[];
  /** To be read by the answer that is being written, if any. */
  readonly steers?: boolean;
}

/** For whom a message is posted, and to which agent. */
export interface PostInput {
  readonly sessionId: string;
  readonly authorId: string;
  readonly organisationId: string;
  readonly parts: readonly Part[];
  /** Null: the standard agent. */
  readonly agentVersionId: string | null;
  readonly isCheck: boolean;
}

/** A message that is about to be written. */
interface Writing {
  readonly sessionId: string;
  readonly clientId: string;
  readonly parts: readonly Part[];
  readonly conversation: ConversationEnd;
  readonly session: TouchedSession;
  readonly author: { readonly userId: string; readonly organisationId: string };
  readonly at: Date;
  /** Null: nobody sends it twice. */
  readonly requestHash: Buffer | null;
  /** Not said: the session's agent. */
  readonly steers?: string | null;
  readonly agent?: Pick<PostInput, 'agentVersionId' | 'isCheck'>;
}

/** Sending a message: the message, its answer to be, its run and its job are one fact. */
export class MessagesService {
  readonly #deps: MessagesDeps;
  constructor(deps: MessagesDeps) {
    this.#deps = deps;
  }

  /**
   * The same `clientId` again gives the first result again, whatever happened in between.
   * @throws AppError `session.not_found`, `session.archived`, `upload.not_found`, `message.too_many_queued`,
   *   `request.too_many`, `request.conflict` when the same `clientId` comes with other parts.
   */
  async send(op: Operation, principal: SignedIn, input: SendInput): Promise<SentDto> {
    return await this.#deps.db.transaction(op, (op) => this.#sendOnce(op, principal, input));
  }

  async #sendOnce(op: Operation, principal: SignedIn, input: SendInput): Promise<SentDto> {
    const { sessionRows, messages, runs, clock } = this.#deps;
    const { sessionId, clientId } = input;
    const at = clock.now();
    const parts = await this.#resolve(op, principal, input);
    const session = await sessionRows.touch(op, sessionId, { at, title: titleFrom(textOf(parts)), principal });
    if (!session) throw new AppError('session.not_found');
    // `touch` holds the session's row, so what follows is one send at a time.
    const conversation = await messages.end(op, { sessionId, authorId: principal.userId, clientId });
    const requestHash = createHash('sha256').update(JSON.stringify(input.parts)).digest();
    if (conversation.sent) return sentBefore(conversation.sent, requestHash);
    if (session.status === 'archived') throw new AppError('session.archived');
    if (conversation.queuedRuns >= maxQueuedRuns) {
      throw new AppError('message.too_many_queued', { retryAfterMs: retryQueuedAfterMs });
    }
    await runs.allow(principal);
    return await this.#write(op, {
      sessionId,
      clientId,
      parts,
      conversation,
      session,
      author: principal,
      at,
      requestHash,
      steers: input.steers ? await runs.steerable(op, sessionId) : null,
    });
  }

  /**
   * A message that the program sends on somebody's behalf, in their own session: the goal of a stage, or what a check is
   * asked. Who may have it sent, and how often, is asked before.
   * @throws AppError `session.not_found`.
   */
  async post(op: Operation, message: PostInput): Promise<SentDto> {
    const { db, sessionRows, messages, clock } = this.#deps;
    const { sessionId, parts, authorId, organisationId } = message;
    const at = clock.now();
    return await db.transaction(op, async (op) => {
      const session = await sessionRows.touch(op, sessionId, { at, title: titleFrom(textOf(parts)) });
      if (!session) throw new AppError('session.not_found');
      const clientId = newId();
      const conversation = await messages.end(op, { sessionId, authorId, clientId });
      const author = { userId: authorId, organisationId };
      return await this.#write(op, {
        sessionId,
        clientId,
        parts,
        conversation,
        session,
        author,
        at,
        requestHash: null,
        agent: { agentVersionId: message.agentVersionId, isCheck: message.isCheck },
      });
    });
  }

  /** Message, answer to be, run and job. The session's row is held. */
  async #write(op: Operation, message: Writing): Promise<SentDto> {
    const { db, messages, runs, feeds, hints } = this.#deps;
    const {
      sessionId,
      clientId,
      parts,
      conversation,
      session,
      author,
      at,
      requestHash,
      agent = {},
      steers = null,
    } = message;
    const question = { id: newId(), parentId: conversation.lastMessageId, role: 'user', parts } as const;
    const answer = { id: newId(), parentId: question.id, role: 'agent', parts: [] } as const;
    const run = runs.draft({
      kind: 'answer',
      sessionId,
      userMessageId: question.id,
      agentMessageId: answer.id,
      clientId,
      steers,
      ...agent,
    });
    const runView = toRunDto(run);
    const authorView = { userId: userId.parse(author.userId), name: conversation.authorName };

    const events = await feeds.append(op, sessionId, [
      { type: 'message.created', message: toNewDto(question, authorView, null, at) },
      { type: 'message.created', message: toNewDto(answer, null, runView, at) },
      { type: 'run.queued', run: runView },
      ...(session.wasUntitled ? [{ type: 'session.updated', session: toSessionDto(session) } as const] : []),
    ]);
    const firstSeq = events?.[0]?.seq;
    if (firstSeq === undefined) throw new AppError('session.not_found');
    const common = { sessionId, createdAt: at };
    const fromNobody = { authorId: null, clientId: null, requestHash: null };
    await messages.insert(op, [
      { ...common, ...question, authorId: author.userId, seq: firstSeq, clientId, requestHash },
      { ...common, ...answer, ...fromNobody, seq: firstSeq + 1 },
    ]);
    await runs.enqueue(op, run, author.organisationId);
    db.afterCommit(op, () => hints.send('sessions', author.userId, sessionId));
    return { messageId: messageId.parse(question.id), runId: runView.id };
  }

  /** File parts as they are stored: small text is put into the message, larger files are referenced by their path. */
  async #resolve(op: Operation, principal: SignedIn, { sessionId, parts }: SendInput): Promise<readonly Part[]> {
    const uploadIds = parts.flatMap((part) => (part.type === 'file' ? [part.uploadId] : []));
    // Whether an upload is there may be told only to whom the session belongs.
    if (uploadIds.length > 0) await this.#deps.sessions.get(op, principal, sessionId);
    const uploads = uploadIds.length === 0 ? new Map() : await this.#deps.uploads.find(op, sessionId, uploadIds);
    return parts.map((part) => {
      if (part.type === 'text') return part;
      const upload = uploads.get(part.uploadId);
      if (!upload) throw new AppError('upload.not_found');
      return toFilePart(upload);
    });
  }
}

function sentBefore(sent: SentMessage, requestHash: Buffer): SentDto {
  if (sent.requestHash !== requestHash.toString('hex')) throw new AppError('request.conflict');
  return { messageId: messageId.parse(sent.messageId), runId: runId.parse(sent.runId) };
}

function toFilePart(upload: {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mediaType: string;
  readonly inlineText: string | null;
}): FilePart {
  const { id, name, path, size, mediaType, inlineText } = upload;
  const text = inlineText !== null && size < inlineTextBytes ? inlineText : null;
  return filePart.parse({ type: 'file', uploadId: id, name, path, size, mediaType, text });
}

function textOf(parts: readonly Part[]): string {
  const text = parts.find((part) => part.type === 'text')?.text;
  return text ?? parts.find((part) => part.type === 'file')?.name ?? '';
}

function toNewDto(
  message: {
    readonly id: string;
    readonly parentId: string | null;
    readonly role: 'user' | 'agent';
    readonly parts: readonly Part[];
  },
  author: MessageDto['author'],
  run: MessageDto['run'],
  at: Date,
): Omit<MessageDto, 'seq'> {
  return newMessageDto.parse({ ...message, author, run, createdAt: at.toISOString(), isSuperseded: false });
}
