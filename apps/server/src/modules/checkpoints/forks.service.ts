import type { SessionDto } from '@atelier/contracts/sessions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { RateLimiter } from '../../platform/rate-limit/rate-limiter.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { SessionsService } from '../sessions/index.ts';
import type { ForkPoint, ForksRepository, NewFork } from './forks.repository.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** A title as long as one may be, with what is put behind it. */
const maxTitle = 120;
const mark = ' (fork)';

export interface ForksDeps {
  readonly db: Database;
  readonly rows: ForksRepository;
  readonly sessions: SessionsService;
  readonly store: SnapshotStore;
  /** Makes the workspace of a session, if there is none, ready for files. */
  readonly openWorkspace: (sessionId: string) => Promise<void>;
  readonly removeWorkspace: (sessionId: string) => Promise<void>;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
}

export interface ForkInput {
  readonly sessionId: string;
  readonly messageId: string;
  readonly clientId: string;
}

/** Sessions that go on from a place in another one: with its conversation so far, and its files as they were then. */
export class ForksService {
  readonly #deps: ForksDeps;
  constructor(deps: ForksDeps) {
    this.#deps = deps;
  }

  /**
   * From an answer: the conversation with it, and the files it left. From a person's message: what came before it, to
   * ask something else. The other session stays as it is. The same `clientId` again gives the session it made before.
   * @throws AppError `session.not_found`, `message.not_found`, `run.not_finished` while that answer is being written,
   *   `request.too_many`.
   */
  async fork(op: Operation, principal: SignedIn, input: ForkInput): Promise<SessionDto> {
    const { rows, sessions, limiter, clock, removeWorkspace } = this.#deps;
    const { sessionId, clientId } = input;
    const { title } = await sessions.get(op, principal, sessionId);
    const point = await rows.point(op, sessionId, input.messageId);
    if (!point) throw new AppError('message.not_found');
    if (point.isUnfinished) throw new AppError('run.not_finished');
    await limiter.consume('forks', principal.userId);
    const fork: NewFork = {
      id: newId(),
      clientId,
      from: sessionId,
      title: title === '' ? '' : `${[...title].slice(0, maxTitle - mark.length).join('')}${mark}`,
      at: clock.now(),
    };
    // The files first: a session that is there has all of its own.
    try {
      await this.#copyFiles(fork, point);
      const isMade = await this.#copyConversation(op, principal, fork, point);
      if (!isMade) await removeWorkspace(fork.id);
    } catch (error) {
      await removeWorkspace(fork.id);
      throw error;
    }
    return await sessions.made(op, principal, clientId);
  }

  async #copyFiles({ id, from }: NewFork, { tree: name }: ForkPoint): Promise<void> {
    const { store, openWorkspace } = this.#deps;
    const tree = name === null ? (await store.take(from)).tree : await store.read(from, name);
    await openWorkspace(id);
    await store.restoreFrom(from, id, tree);
  }

  async #copyConversation(op: Operation, principal: SignedIn, fork: NewFork, point: ForkPoint): Promise<boolean> {
    const { db, rows } = this.#deps;
    return await db.transaction(op, async (op) => {
      if (!(await rows.insert(op, principal, fork, point.upTo))) return false;
      const messages = await rows.messageIds(op, fork.from, point.upTo);
      await rows.copyMessages(
        op,
        fork.id,
        messages.map((from) => ({ from, to: newId() })),
      );
      if (point.isLast) await rows.copyTodos(op, fork.from, fork.id);
      return true;
    });
  }
}
