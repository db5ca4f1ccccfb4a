import type { AnyTool } from '@atelier/agent/ports';
import { type CheckpointDto, checkpointDto, type TurnDiff } from '@atelier/contracts/checkpoints';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { SessionsService } from '../sessions/index.ts';
import type { CheckpointRow, CheckpointsRepository } from './checkpoints.repository.ts';
import { diffOf } from './file-diff.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import { changesBetween } from './snapshot-tree.ts';

const system: Operation = { principal: { kind: 'system' } };
const maxShownFiles = 200;

export interface CheckpointsDeps {
  readonly rows: CheckpointsRepository;
  readonly store: SnapshotStore;
  readonly sessions: SessionsService;
  /** Whether a session is still there. */
  readonly isThere: (op: Operation, sessionId: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface RunPlace {
  readonly id: string;
  readonly sessionId: string;
  readonly organisationId: string;
  readonly agentMessageId: string;
}

/** How workspaces were before and after each turn that changed them. */
export class CheckpointsService {
  readonly #deps: CheckpointsDeps;
  constructor(deps: CheckpointsDeps) {
    this.#deps = deps;
  }

  /** The same tools; before the first of them that may change a file, the workspace is kept as it is. */
  guarded(tools: readonly AnyTool[], run: RunPlace): readonly AnyTool[] {
    let kept: Promise<void> | null = null;
    return tools.map((tool) =>
      tool.effect !== 'write' && tool.effect !== 'execute'
        ? tool
        : {
            ...tool,
            prepare: (input: unknown) => {
              const call = tool.prepare(input);
              return {
                ...call,
                execute: async (context) => {
                  kept ??= this.#keep(run);
                  await kept;
                  return await call.execute(context);
                },
              };
            },
          },
    );
  }

  /** What a run did to the files, once it ends; null when that is nothing. */
  async ended(run: RunPlace): Promise<CheckpointDto | null> {
    const { rows, store, log } = this.#deps;
    try {
      const row = await rows.find(system, run.id);
      if (!row) return null;
      const after = await store.take(run.sessionId);
      if (after.name === row.beforeTree) {
        await rows.remove(system, run.id);
        return null;
      }
      const changes = changesBetween(await store.read(run.sessionId, row.beforeTree), after.tree);
      const count = (kind: string) => changes.filter((change) => change.kind === kind).length;
      const end = { created: count('created'), modified: count('modified'), deleted: count('deleted') };
      if (await rows.end(system, run.id, { ...end, afterTree: after.name })) {
        return toDto({ ...row, ...end, afterTree: after.name });
      }
      await this.#forgetIfGone(run.sessionId);
      return null;
    } catch (error) {
      if (await this.#forgetIfGone(run.sessionId)) return null;
      log.error({ runId: run.id, error }, 'what a run did to the files could not be kept');
      return null;
    }
  }

  /** Turns that changed files, the newest first. @throws AppError `session.not_found`. */
  async list(op: Operation, principal: SignedIn, sessionId: string): Promise<readonly CheckpointDto[]> {
    await this.#deps.sessions.get(op, principal, sessionId);
    return (await this.#deps.rows.list(op, sessionId)).map(toDto);
  }

  /** What a turn did, file by file. @throws AppError `checkpoint.not_found`. */
  async diff(op: Operation, principal: SignedIn, runId: string): Promise<TurnDiff> {
    const { store } = this.#deps;
    const { sessionId, beforeTree, afterTree } = await this.turn(op, principal, runId);
    const changes = changesBetween(await store.read(sessionId, beforeTree), await store.read(sessionId, afterTree));
    const files = [];
    for (const change of changes.slice(0, maxShownFiles)) {
      files.push(await diffOf(change, (hash) => store.content(sessionId, hash)));
    }
    return { files, isTruncated: changes.length > maxShownFiles };
  }

  /** The same, of a turn that may have changed nothing: then it is empty. */
  async filesChanged(op: Operation, principal: SignedIn, runId: string): Promise<TurnDiff['files']> {
    try {
      return (await this.diff(op, principal, runId)).files;
    } catch (error) {
      if (error instanceof AppError && error.code === 'checkpoint.not_found') return [];
      throw error;
    }
  }

  /**
   * A turn that changed files. Whoever asks for that of somebody else's session is told that there is none.
   * @throws AppError `checkpoint.not_found`.
   */
  async turn(
    op: Operation,
    principal: SignedIn,
    runId: string,
  ): Promise<CheckpointRow & { readonly afterTree: string }> {
    const row = await this.#deps.rows.find(op, runId);
    if (!row || row.afterTree === null) throw new AppError('checkpoint.not_found');
    try {
      await this.#deps.sessions.get(op, principal, row.sessionId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'session.not_found') throw new AppError('checkpoint.not_found');
      throw error;
    }
    return { ...row, afterTree: row.afterTree };
  }

  /** A workspace that cannot be kept is worked in all the same: the disk may be full, and removing files must be possible. */
  async #keep(run: RunPlace): Promise<void> {
    const { rows, store, clock, log } = this.#deps;
    try {
      const { name } = await store.take(run.sessionId);
      await rows.insert(system, run, name, clock.now());
    } catch (error) {
      if (await this.#forgetIfGone(run.sessionId)) return;
      log.error({ runId: run.id, error }, 'the workspace could not be kept before a turn');
    }
  }

  /** A session may be removed while its workspace is being kept: what was just kept of it goes too. */
  async #forgetIfGone(sessionId: string): Promise<boolean> {
    const { store, isThere } = this.#deps;
    if (await isThere(system, sessionId)) return false;
    await store.remove(sessionId);
    return true;
  }
}

function toDto(row: CheckpointRow): CheckpointDto {
  const { runId, messageId, created, modified, deleted, createdAt } = row;
  return checkpointDto.parse({ runId, messageId, created, modified, deleted, createdAt: createdAt.toISOString() });
}
