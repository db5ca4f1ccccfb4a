import { type ErrorCode, errorCatalogue } from '@atelier/kernel/errors';
import * as z from 'zod';

const codes = z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(errorCatalogue, value));

/**
 * What every refusal carries beside its tRPC code, in `error.data.app`.
 * `requestId` is left out of NOT_FOUND, so that "not yours" and "does not exist" are the same bytes.
 */
export const wireError = z.strictObject({
  code: codes,
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.number().int().nonnegative().optional(),
  requestId: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Paths of the fields that were refused, never their values. */
  fields: z.array(z.strictObject({ path: z.string(), problem: z.string() })).optional(),
});
export type WireError = z.infer<typeof wireError>;
