import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import type { MemberCursor } from './members.repository.ts';

const content = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where the next page of members begins, as text nobody needs to look into. */
export function encodeMemberCursor({ joinedAt, userId }: MemberCursor): string {
  return Buffer.from(JSON.stringify([joinedAt.toISOString(), userId])).toString('base64url');
}

/** @throws AppError `request.invalid` for what is no cursor of ours. */
export function decodeMemberCursor(text: string): MemberCursor {
  try {
    const [joinedAt, userId] = content.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { joinedAt: new Date(joinedAt), userId };
  } catch (cause) {
    throw new AppError('request.invalid', { cause });
  }
}
