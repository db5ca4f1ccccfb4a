import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';

const shape = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a page of sessions ended: the activity and id of its last row, opaque to the client. */
export interface ActivityCursor {
  readonly lastActivityAt: Date;
  readonly id: string;
}

export function encodeCursor(cursor: ActivityCursor): string {
  return Buffer.from(JSON.stringify([cursor.lastActivityAt.toISOString(), cursor.id])).toString('base64url');
}

/** @throws AppError `request.invalid` for a cursor we did not make. */
export function decodeCursor(text: string): ActivityCursor {
  try {
    const [at, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { lastActivityAt: new Date(at), id };
  } catch {
    throw new AppError('request.invalid', { details: { field: 'cursor' } });
  }
}
