import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  type FileChange,
  type FileContent,
  type FileListing,
  inlineTextBytes,
  type UploadDto,
  uploadDto,
} from '@atelier/contracts/files';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SessionFeeds } from '../../platform/realtime/session-feeds.ts';
import type { Beneath } from '../../platform/storage/beneath.ts';
import { cleanName, parsePath, splitName } from '../../platform/storage/path-names.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { SessionsService } from '../sessions/index.ts';
import { decodeText, readAtMost } from './text-content.ts';
import type { UploadsRepository } from './uploads.repository.ts';
import { compareNames, toFileError, usedBytes, type WorkspaceFiles } from './workspace-files.ts';

const maxListed = 1000;
const maxShownBytes = 512 * 1024;
/** Where files attached to a message lie, so that they do not mix with the agent's work. */
const attachmentsDirectory = 'attachments';

export interface WorkspacesDeps {
  readonly db: Database;
  readonly sessions: SessionsService;
  readonly files: WorkspaceFiles;
  readonly uploads: UploadsRepository;
  readonly feeds: SessionFeeds;
  readonly clock: Clock;
  readonly limits: { readonly fileBytes: number; readonly workspaceBytes: number };
  /** Whether people who were let in once are still what they were then. */
  readonly stillHold: (principals: readonly SignedIn[]) => Promise<readonly boolean[]>;
}

export interface UploadRequest {
  readonly sessionId: string;
  readonly name: string;
  readonly directory: string;
  readonly purpose: 'attachment' | 'file';
  readonly mediaType: string;
  /** As declared; the bytes themselves decide. */
  readonly declaredBytes: number | null;
  readonly body: Readable;
}

/** The files of a session, as its owner reaches them. */
export class WorkspacesService {
  readonly #deps: WorkspacesDeps;
  constructor(deps: WorkspacesDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `session.not_found`, `file.not_found`, `file.name_invalid`. */
  async list(
    op: Operation,
    principal: SignedIn,
    input: { readonly sessionId: string; readonly path: string },
  ): Promise<FileListing> {
    const names = parsePath(input.path);
    const beneath = await this.#open(op, principal, input.sessionId);
    const found = await orFileError(() => beneath.list(names));
    const sorted = found.toSorted(
      (a, b) =>
        Number(b.stats.isDirectory()) - Number(a.stats.isDirectory()) || compareNames(a.entry.name, b.entry.name),
    );
    return {
      entries: sorted.slice(0, maxListed).map(({ entry, stats }) => ({
        path: [...names, entry.name].join('/'),
        name: entry.name,
        kind: stats.isDirectory() ? 'directory' : 'file',
        size: stats.isDirectory() ? 0 : stats.size,
        modifiedAt: stats.mtime.toISOString(),
      })),
      isTruncated: sorted.length > maxListed,
    };
  }

  /** @throws AppError `session.not_found`, `file.not_found`, `file.name_invalid`. */
  async read(
    op: Operation,
    principal: SignedIn,
    input: { readonly sessionId: string; readonly path: string },
  ): Promise<FileContent> {
    const names = parsePath(input.path);
    const beneath = await this.#open(op, principal, input.sessionId);
    return await orFileError(async () => {
      await using file = await beneath.openFile(names);
      const { size } = await file.stat();
      const text = decodeText(await readAtMost(file, maxShownBytes), { isCut: size > maxShownBytes });
      return { path: names.join('/'), size, text, isTruncated: text !== null && size > maxShownBytes };
    });
  }

  /** A stream of the file's bytes. @throws AppError `session.not_found`, `file.not_found`, `file.name_invalid`. */
  async download(op: Operation, principal: SignedIn, input: { readonly sessionId: string; readonly path: string }) {
    const names = parsePath(input.path);
    const beneath = await this.#open(op, principal, input.sessionId);
    return await orFileError(async () => {
      const file = await beneath.openFile(names);
      const { size } = await file.stat();
      return { name: names.at(-1) ?? 'file', size, stream: file.createReadStream({ end: Math.max(0, size - 1) }) };
    });
  }

  /** @throws AppError `session.not_found`, `file.not_found`, `file.name_invalid`. */
  async remove(
    op: Operation,
    principal: SignedIn,
    input: { readonly sessionId: string; readonly path: string },
  ): Promise<void> {
    const names = parsePath(input.path);
    const beneath = await this.#open(op, principal, input.sessionId);
    await orFileError(() => beneath.remove(names));
    await this.announce(op, input.sessionId, [{ path: names.join('/'), kind: 'deleted' }]);
  }

  /**
   * Takes an upload into the workspace. The bytes go to a file beside all workspaces first and are moved in when they
   * are whole and within limits: a refused or broken upload leaves nothing behind. The same content under the same
   * name is stored once.
   * @throws AppError `session.not_found`, `session.archived`, `file.name_invalid`, `file.too_large`,
   *   `workspace.quota_exceeded`, `file.incomplete`, `file.exists`.
   */
  async upload(op: Operation, principal: SignedIn, request: UploadRequest): Promise<UploadDto> {
    const { files, sessions, limits } = this.#deps;
    const session = await sessions.get(op, principal, request.sessionId);
    if (session.status === 'archived') throw new AppError('session.archived');
    const directory = request.purpose === 'attachment' ? [attachmentsDirectory] : parsePath(request.directory);
    const { declaredBytes } = request;
    if (declaredBytes !== null && declaredBytes > limits.fileBytes) throw this.#tooLarge(declaredBytes);
    const beneath = await files.of(request.sessionId);
    const free = limits.workspaceBytes - (await orFileError(() => usedBytes(beneath)));
    if ((declaredBytes ?? 0) > free) throw this.#full();

    const unfinished = await files.createUnfinished();
    try {
      const received = await this.#receive(request, unfinished, free);
      // It may have taken long: who lost the right to it meanwhile leaves nothing.
      const [holds] = await this.#deps.stillHold([principal]);
      if (!holds) throw new AppError('auth.required', { details: { reason: 'revoked' } });
      return await this.#take(op, principal, { request, beneath, directory, received, source: unfinished.path });
    } catch (error) {
      throw toFileError(error);
    } finally {
      await unfinished.file.close().catch(() => undefined);
      await files.discard(unfinished.path);
    }
  }

  /** Tells a session's viewers which files changed. */
  async announce(op: Operation, sessionId: string, changes: readonly FileChange[]): Promise<void> {
    await this.#deps.feeds.append(op, sessionId, [{ type: 'files.changed', changes: [...changes] }]);
  }

  async #open(op: Operation, principal: SignedIn, sessionId: string): Promise<Beneath> {
    await this.#deps.sessions.get(op, principal, sessionId);
    return await this.#deps.files.of(sessionId);
  }

  async #receive(
    request: UploadRequest,
    unfinished: { readonly file: import('node:fs/promises').FileHandle; readonly path: string },
    free: number,
  ): Promise<{ readonly size: number; readonly sha256: string; readonly head: Buffer }> {
    const { limits, files } = this.#deps;
    const hash = createHash('sha256');
    const heads: Buffer[] = [];
    let size = 0;
    let keptAt = Date.now();
    for await (const chunk of wholeOf(request.body)) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      if (size < inlineTextBytes) heads.push(bytes);
      size += bytes.length;
      if (size > limits.fileBytes) throw this.#tooLarge(size);
      if (size > free) throw this.#full();
      hash.update(bytes);
      await unfinished.file.write(bytes);
      if (Date.now() - keptAt > 60_000) {
        keptAt = Date.now();
        await files.keepAlive(unfinished.path);
      }
    }
    if (request.declaredBytes !== null && size !== request.declaredBytes) throw new AppError('file.incomplete');
    await unfinished.file.sync();
    return { size, sha256: hash.digest('hex'), head: Buffer.concat(heads) };
  }

  async #take(
    op: Operation,
    principal: SignedIn,
    upload: {
      readonly request: UploadRequest;
      readonly beneath: Beneath;
      readonly directory: readonly string[];
      readonly received: { readonly size: number; readonly sha256: string; readonly head: Buffer };
      readonly source: string;
    },
  ): Promise<UploadDto> {
    const { db, uploads, clock } = this.#deps;
    const { request, beneath, directory, received, source } = upload;
    const { size, sha256, head } = received;
    const name = cleanName(request.name);
    const same = await this.#findSame(op, request.sessionId, { sha256, name, size }, beneath, directory);
    if (same) return toUploadDto(same);

    const names = await moveInBeside(beneath, directory, name, source);
    const isSmallText = size < inlineTextBytes;
    const row = {
      id: newId(),
      name,
      path: names.join('/'),
      size,
      mediaType: request.mediaType,
      sha256,
      // PostgreSQL's text holds no NUL: such a file is not text.
      inlineText: isSmallText ? decodeText(head, { isCut: false }) : null,
    };
    const owner = { sessionId: request.sessionId, organisationId: principal.organisationId, userId: principal.userId };
    try {
      await db.transaction(op, async (op) => {
        await uploads.insert(op, owner, { ...row, createdAt: clock.now() });
        await this.announce(op, request.sessionId, [{ path: row.path, kind: 'created' }]);
      });
    } catch (error) {
      await beneath.remove(names).catch(() => undefined);
      throw error;
    }
    return toUploadDto(row);
  }

  async #findSame(
    op: Operation,
    sessionId: string,
    content: { readonly sha256: string; readonly name: string; readonly size: number },
    beneath: Beneath,
    directory: readonly string[],
  ) {
    for (const row of await this.#deps.uploads.findSame(op, sessionId, content.sha256, content.name)) {
      const names = parsePath(row.path);
      const isThere = names.slice(0, -1).join('/') === directory.join('/');
      // The agent may have changed or removed the file since.
      if (isThere && (await hashOf(beneath, names)) === content.sha256) return row;
    }
    return null;
  }

  #tooLarge(size: number): AppError {
    return new AppError('file.too_large', { details: { limit: this.#deps.limits.fileBytes, size } });
  }

  #full(): AppError {
    return new AppError('workspace.quota_exceeded', { details: { limit: this.#deps.limits.workspaceBytes } });
  }
}

function toUploadDto(row: {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mediaType: string;
  readonly sha256: string;
}): UploadDto {
  const { id, name, path, size, mediaType, sha256 } = row;
  return uploadDto.parse({ id, name, path, size, mediaType, sha256 });
}

/** The chunks of a body; one that is broken off is the sender's affair, not a failure of ours. */
async function* wholeOf(body: Readable): AsyncGenerator<Buffer | string, void> {
  try {
    yield* body;
  } catch (cause) {
    throw new AppError('file.incomplete', { cause });
  }
}

/** `report.pdf`, then `report (2).pdf`: an upload never replaces what is there, nor what comes at the same moment. */
async function moveInBeside(
  beneath: Beneath,
  directory: readonly string[],
  name: string,
  source: string,
): Promise<readonly string[]> {
  const { stem, ending } = splitName(name);
  for (let count = 1; count < 1000; count += 1) {
    const names = [...directory, count === 1 ? name : `${stem} (${count})${ending}`];
    if ((await beneath.stat(names)) !== null) continue;
    try {
      await beneath.moveIn(source, names, { isNew: true });
      return names;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new AppError('file.exists');
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

async function hashOf(beneath: Beneath, names: readonly string[]): Promise<string | null> {
  try {
    await using file = await beneath.openFile(names);
    const hash = createHash('sha256');
    for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

async function orFileError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFileError(error);
  }
}
