import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';

export interface UploadRow {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mediaType: string;
  readonly sha256: string;
  readonly inlineText: string | null;
}

const columns = `id, name, path, size, media_type AS "mediaType", sha256, inline_text AS "inlineText"`;

/** What people uploaded into a session. The bytes lie in its workspace. */
export class UploadsRepository {
  readonly #db: Database;
  constructor(db: Database) {
    this.#db = db;
  }

  async insert(
    op: Operation,
    owner: { readonly sessionId: string; readonly organisationId: string; readonly userId: string },
    upload: UploadRow & { readonly createdAt: Date },
  ): Promise<void> {
    await this.#db.query(
      op,
      `INSERT INTO uploads (id, session_id, organisation_id, owner_id, name, path, size, media_type, sha256, inline_text, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        upload.id,
        owner.sessionId,
        owner.organisationId,
        owner.userId,
        upload.name,
        upload.path,
        upload.size,
        upload.mediaType,
        upload.sha256,
        upload.inlineText,
        upload.createdAt,
      ],
    );
  }

  async find(op: Operation, sessionId: string, ids: readonly string[]): Promise<ReadonlyMap<string, UploadRow>> {
    const rows = await this.#db.query<UploadRow>(
      op,
      `SELECT ${columns} FROM uploads WHERE session_id = $1 AND id = ANY($2::uuid[])`,
      [sessionId, ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** An earlier upload of the same content under the same name: it is stored once and referenced again. */
  async findSame(op: Operation, sessionId: string, sha256: string, name: string): Promise<readonly UploadRow[]> {
    return await this.#db.query<UploadRow>(
      op,
      `SELECT ${columns} FROM uploads WHERE session_id = $1 AND sha256 = $2 AND name = $3 ORDER BY created_at DESC LIMIT 5`,
      [sessionId, sha256, name],
    );
  }
}
