import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Refusal } from './dialect.ts';

/** The body as the schema wants it. @throws Refusal that says where it is not. */
export function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw badRequest(z.prettifyError(read.error));
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'request', message);
}

/** Stands for a provider's signature: the same for the same words of the same model, and for no others. */
export function signatureOf(model: string, text: string): string {
  return createHash('sha256').update(`${model}\n${text}`).digest('base64');
}

export const base64 = z.base64();
export const imageType = z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);

/** The media type of a `data:` address of a picture. @throws Refusal */
export function imageTypeIn(url: string): string {
  const [, type, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return checked(z.object({ type: imageType, data: base64 }), { type, data }).type;
}
