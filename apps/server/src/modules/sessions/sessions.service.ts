import type { ModelChoice } from '@atelier/contracts/model-choice';
import type { SessionDto, SessionPage } from '@atelier/contracts/sessions';
import type { Database } from '@atelier/entities/database';
import { isForeignKeyViolation } from '@atelier/entities/database-errors';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type SessionRow, toSessionDto } from './session-dto.ts';
import type { AnsweringModel, SessionChange, SessionsRepository } from './sessions.repository.ts';

/** What has to happen outside the database when a session ends for ever. */
interface SessionEndings {
  /** Runs of the session stop; called before its rows go. */
  stopRuns(op: Operation, sessionId: string): Promise<void>;
  removeWorkspace(sessionId: string): Promise<void>;
}

export interface SessionsDeps {
  readonly db: Database;
  readonly sessions: SessionsRepository;
  readonly feeds: SessionFeeds;
  readonly hints: HintBus;
  readonly clock: Clock;
  readonly endings: SessionEndings;
  /** What somebody chose, if their organisation may use it. @throws AppError `model.not_found`, `chain.not_found`. */
  readonly chosenModel: (op: Operation, principal: SignedIn, choice: ModelChoice) => Promise<AnsweringModel>;
  readonly audit: AuditLog;
}

/** Sessions of the signed-in person: making, listing, renaming, archiving, deleting. */
export class SessionsService {
  readonly #deps: SessionsDeps;
  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** The same `clientId` again gives the session it made before. @throws AppError `model.not_found`, `chain.not_found`. */
  async create(
    op: Operation,
    principal: SignedIn,
    input: {
      readonly clientId: string;
      readonly title?: string | undefined;
      readonly model?: ModelChoice | null | undefined;
    },
  ): Promise<SessionDto> {
    const { clientId, title = '' } = input;
    const model = await this.answering(op, principal, input.model ?? null);
    return await this.add(op, principal, { clientId, title, model });
  }

  /** Who answers by this choice. Before a transaction, which sees nothing of the installation. @throws AppError `model.not_found`, `chain.not_found`. */
  async answering(op: Operation, principal: SignedIn, choice: ModelChoice | null): Promise<AnsweringModel | null> {
    return choice && (await this.#deps.chosenModel(op, principal, choice));
  }

  /** As `create`, as part of another fact. @throws AppError `model.not_found`. */
  async add(
    op: Operation,
    principal: SignedIn,
    session: { readonly clientId: string; readonly title: string; readonly model: AnsweringModel | null },
  ): Promise<SessionDto> {
    const { sessions, clock } = this.#deps;
    await sessions.insert(op, principal, { ...session, id: newId(), at: clock.now() }).catch(removedMeanwhile);
    return await this.made(op, principal, session.clientId);
  }

  /** The session that this `clientId` has made, which is told to its owner's other devices. @throws AppError `session.not_found`. */
  async made(op: Operation, principal: SignedIn, clientId: string): Promise<SessionDto> {
    const row = await this.#deps.sessions.findByClientId(op, principal, clientId);
    if (!row) throw new AppError('session.not_found');
    this.#deps.db.afterCommit(op, () => this.#hint(principal, row.id));
    return toSessionDto(row);
  }

  async list(
    op: Operation,
    principal: SignedIn,
    input: {
      readonly status: 'open' | 'archived' | 'all';
      readonly limit: number;
      readonly cursor?: string | null | undefined;
    },
  ): Promise<SessionPage> {
    const rows = await this.#deps.sessions.page(op, principal, {
      status: input.status === 'all' ? null : input.status,
      after: input.cursor ? decodeCursor(input.cursor) : null,
      limit: input.limit + 1,
    });
    const items = rows.slice(0, input.limit);
    const last = items.at(-1);
    return {
      items: items.map(toSessionDto),
      nextCursor: last && rows.length > input.limit ? encodeCursor(last) : null,
    };
  }

  /** @throws AppError `session.not_found` for what is not there and for what is not theirs. */
  async get(op: Operation, principal: SignedIn, id: string): Promise<SessionRow> {
    const row = await this.#deps.sessions.find(op, principal, id);
    if (!row) throw new AppError('session.not_found');
    return row;
  }

  /**
   * Who answers from the next run on; null: what is usual in the organisation.
   * @throws AppError `session.not_found`, `session.stale`, `model.not_found`, `chain.not_found`.
   */
  async setModel(
    op: Operation,
    principal: SignedIn,
    id: string,
    { model, version }: { readonly model: ModelChoice | null; readonly version?: number | undefined },
  ): Promise<SessionDto> {
    await this.get(op, principal, id);
    const chosen = await this.answering(op, principal, model);
    return await this.change(op, principal, id, { model: chosen, version }).catch(removedMeanwhile);
  }

  /**
   * Renames, archives or restores, and shows it to every viewer, as one fact.
   * @throws AppError `session.not_found`, or `session.stale` with the current `version` when `version` is given and old.
   */
  async change(
    op: Operation,
    principal: SignedIn,
    id: string,
    change: Omit<SessionChange, 'at'> & { readonly version?: number | undefined },
  ): Promise<SessionDto> {
    const { db, sessions, feeds, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      const row = await sessions.change(op, principal, id, { ...change, version: change.version, at: clock.now() });
      if (!row) {
        const current = await this.get(op, principal, id);
        throw new AppError('session.stale', { details: { version: current.version } });
      }
      const session = toSessionDto(row);
      await feeds.append(op, id, [{ type: 'session.updated', session }]);
      db.afterCommit(op, () => this.#hint(principal, id));
      return session;
    });
  }

  /** Removes rows and workspace for ever. */
  async remove(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, sessions, endings, audit } = this.#deps;
    await this.get(op, principal, id);
    await endings.stopRuns(op, id);
    // A run that ends at this moment locks the same rows in another order: a transaction is tried again.
    const isRemoved = await db.transaction(op, async (op) => {
      if (!(await sessions.remove(op, principal, id))) return false;
      await audit.record(op, principal.organisationId, {
        action: 'session.deleted',
        target: { kind: 'session', id },
      });
      return true;
    });
    if (!isRemoved) throw new AppError('session.not_found');
    this.#deps.hints.send('removed', id, '');
    await endings.removeWorkspace(id);
    this.#hint(principal, id);
  }

  #hint(principal: SignedIn, sessionId: string): void {
    this.#deps.hints.send('sessions', principal.userId, sessionId);
  }
}

/** What was chosen went between being looked for and being stored. */
function removedMeanwhile(error: unknown): never {
  throw isForeignKeyViolation(error) ? new AppError('model.not_found', { cause: error }) : error;
}
