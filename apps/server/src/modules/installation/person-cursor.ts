import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import type { PersonCursor } from './people.repository.ts';

const content = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where the next page of people begins, as text nobody needs to look into. */
export function encodePersonCursor({ createdAt, id }: PersonCursor): string {
  return Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url');
}

/** @throws AppError `request.invalid` for what is no cursor of ours. */
export function decodePersonCursor(text: string): PersonCursor {
  try {
    const [createdAt, id] = content.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { createdAt: new Date(createdAt), id };
  } catch (cause) {
    throw new AppError('request.invalid', { cause });
  }
}
