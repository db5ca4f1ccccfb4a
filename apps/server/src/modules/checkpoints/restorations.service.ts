import { type RestorationDto, type RestorePreview, restorationDto } from '@atelier/contracts/checkpoints';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { SessionsService } from '../sessions/index.ts';
import type { CheckpointsService } from './checkpoints.service.ts';
import type { ForksRepository } from './forks.repository.ts';
import type { RestorationRow, RestorationsRepository } from './restorations.repository.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { changesBetween, type TreeChange } from './snapshot-tree.ts';

const system: Operation = { principal: { kind: 'system' } };
const maxShownFiles = 100;

export interface RestorationsDeps {
  readonly db: Database;
  readonly rows: RestorationsRepository;
  /** Knows how the files were at a message. */
  readonly points: Pick<ForksRepository, 'point'>;
  readonly turns: Pick<CheckpointsService, 'turn'>;
  readonly store: SnapshotStore;
  readonly sessions: SessionsService;
  readonly feeds: SessionFeeds;
  /** Whether a run is under way, or queued. */
  readonly isBusy: (op: Operation, sessionId: string) => Promise<boolean>;
  /** Ends what agents have left running in a session. */
  readonly stopProcesses: (sessionId: string) => Promise<void>;
  readonly clock: Clock;
}

interface MessagePlace {
  readonly sessionId: string;
  readonly messageId: string;
}

/** Files put back to an earlier state. What there is now is kept before that, so each of these can be undone. */
export class RestorationsService {
  readonly #deps: RestorationsDeps;
  constructor(deps: RestorationsDeps) {
    this.#deps = deps;
  }

  /** The newest first. @throws AppError `session.not_found`. */
  async list(op: Operation, principal: SignedIn, sessionId: string): Promise<readonly RestorationDto[]> {
    await this.#deps.sessions.get(op, principal, sessionId);
    return (await this.#deps.rows.list(op, sessionId)).map(toDto);
  }

  /**
   * What putting the files back to a message would do to them as they are now.
   * @throws AppError `session.not_found`, `message.not_found`, `checkpoint.not_found` for a message that came with a fork,
   *   `run.not_finished`.
   */
  async preview(op: Operation, principal: SignedIn, place: MessagePlace): Promise<RestorePreview> {
    const { store } = this.#deps;
    const wanted = await this.#treeAt(op, principal, place);
    if (wanted === null) return { created: 0, modified: 0, deleted: 0, files: [] };
    const { sessionId } = place;
    const changes = changesBetween((await store.take(sessionId)).tree, await store.read(sessionId, wanted));
    const files = changes.slice(0, maxShownFiles).map(({ path, kind }) => ({ path, kind }));
    return { ...countsOf(changes), files };
  }

  /**
   * Puts the files back to how an answer left them, or to how they were before a person's message. Null: so they are.
   * @throws AppError as `preview`, `session.archived`, `session.busy`.
   */
  async toMessage(op: Operation, principal: SignedIn, place: MessagePlace): Promise<RestorationDto | null> {
    const wanted = await this.#treeAt(op, principal, place);
    return wanted === null ? null : await this.#putBack(op, principal, place.sessionId, wanted);
  }

  /** To how they were before a turn, or right after it. @throws AppError `checkpoint.not_found`, `session.archived`, `session.busy`. */
  async toTurn(
    op: Operation,
    principal: SignedIn,
    input: { readonly runId: string; readonly to: 'before' | 'after' },
  ): Promise<void> {
    const { sessionId, beforeTree, afterTree } = await this.#deps.turns.turn(op, principal, input.runId);
    await this.#putBack(op, principal, sessionId, input.to === 'before' ? beforeTree : afterTree);
  }

  /** To how they were before files were put back. @throws AppError `checkpoint.not_found`, `session.archived`, `session.busy`. */
  async undo(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const row = await this.#deps.rows.find(op, id);
    if (!row) throw new AppError('checkpoint.not_found');
    try {
      await this.#putBack(op, principal, row.sessionId, row.beforeTree);
    } catch (error) {
      // Whoever asks for that of somebody else's session is told that there is none.
      if (error instanceof AppError && error.code === 'session.not_found') throw new AppError('checkpoint.not_found');
      throw error;
    }
  }

  async #treeAt(op: Operation, principal: SignedIn, { sessionId, messageId }: MessagePlace): Promise<string | null> {
    await this.#deps.sessions.get(op, principal, sessionId);
    const point = await this.#deps.points.point(op, sessionId, messageId);
    if (!point) throw new AppError('message.not_found');
    // How the files of another session were then is not known here: what this one has would be another state.
    if (point.isCopied) throw new AppError('checkpoint.not_found');
    if (point.isUnfinished) throw new AppError('run.not_finished');
    return point.tree;
  }

  /**
   * No run may be under way, and none begins meanwhile: the log is held, which every run takes first. What there is now is
   * stored and committed on its own before the first file is touched, so it is there however this ends.
   */
  async #putBack(
    op: Operation,
    principal: SignedIn,
    sessionId: string,
    afterTree: string,
  ): Promise<RestorationDto | null> {
    const { db, rows, store, sessions, feeds, isBusy, stopProcesses, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      const session = await sessions.get(op, principal, sessionId);
      if (session.status === 'archived') throw new AppError('session.archived');
      const wanted = await store.read(sessionId, afterTree);
      const events = await feeds.append(op, sessionId, [{ type: 'files.changed', changes: [] }]);
      if (await isBusy(op, sessionId)) throw new AppError('session.busy');
      await stopProcesses(sessionId);
      const now = await store.take(sessionId);
      if (now.name === afterTree) return null;
      const row = {
        id: newId(),
        sessionId,
        organisationId: principal.organisationId,
        seq: events?.[0]?.seq ?? 0,
        beforeTree: now.name,
        afterTree,
        ...countsOf(changesBetween(now.tree, wanted)),
        createdAt: clock.now(),
      };
      await rows.insert(system, row);
      await store.restore(sessionId, wanted);
      return toDto(row);
    });
  }
}

function countsOf(changes: readonly TreeChange[]) {
  const count = (kind: TreeChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return { created: count('created'), modified: count('modified'), deleted: count('deleted') };
}

function toDto({ id, created, modified, deleted, createdAt }: RestorationRow): RestorationDto {
  return restorationDto.parse({ id, created, modified, deleted, createdAt: createdAt.toISOString() });
}
