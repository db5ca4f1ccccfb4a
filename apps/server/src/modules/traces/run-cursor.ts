import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';

const shape = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a page of runs ended: when its last row was queued, and its id. Opaque to the client. */
export interface RunCursor {
  readonly queuedAt: Date;
  readonly id: string;
}

export function encodeRunCursor({ queuedAt, id }: RunCursor): string {
  return Buffer.from(JSON.stringify([queuedAt.toISOString(), id])).toString('base64url');
}

/** @throws AppError `request.invalid` for a cursor we did not make. */
export function decodeRunCursor(text: string): RunCursor {
  try {
    const [at, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { queuedAt: new Date(at), id };
  } catch {
    throw new AppError('request.invalid', { details: { field: 'cursor' } });
  }
}
