import type { WireError } from '@atelier/contracts/errors';
import { AppError } from '@atelier/kernel/app-error';
import { type ErrorCode, errorCatalogue } from '@atelier/kernel/errors';
import { TRPCError } from '@trpc/server';
import * as z from 'zod';

/**
 * Any thrown thing as what may be said of it. The only place that maps failures to the wire: a failure nobody foresaw
 * says `internal.unexpected` and a request id, and everything else about it goes to the log.
 */
export function toAppError(error: unknown): AppError {
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  if (cause instanceof AppError) return cause;
  if (isDatabaseAway(cause)) {
    return new AppError('service.unavailable', { details: { part: 'storage' }, retryAfterMs: 2000, cause });
  }
  if (error instanceof TRPCError) {
    const code = byTrpcCode[error.code];
    if (code) return new AppError(code, { cause: error.cause });
  }
  return new AppError('internal.unexpected', { cause: error });
}

/** Refusals of tRPC itself: malformed input, unknown procedure, wrong method, oversized body. */
const byTrpcCode: Partial<Record<TRPCError['code'], ErrorCode>> = {
  BAD_REQUEST: 'request.invalid',
  PARSE_ERROR: 'request.invalid',
  NOT_FOUND: 'route.not_found',
  METHOD_NOT_SUPPORTED: 'request.invalid',
  PAYLOAD_TOO_LARGE: 'request.too_large',
  UNSUPPORTED_MEDIA_TYPE: 'request.unsupported_media',
};

export function toWireError(error: AppError, requestId: string | undefined): WireError {
  const { kind, message } = errorCatalogue[error.code];
  const fields = fieldsOf(error.cause);
  return {
    code: error.code,
    message,
    retryable: ['SERVICE_UNAVAILABLE', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR'].includes(kind),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.details ? { details: { ...error.details } } : {}),
    ...(fields ? { fields } : {}),
    ...(requestId && kind !== 'NOT_FOUND' ? { requestId } : {}),
  };
}

/** Which fields were refused and why. Never their values: they may be a password. */
function fieldsOf(cause: unknown): WireError['fields'] {
  if (!(cause instanceof z.ZodError)) return undefined;
  return cause.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.map(String).join('.'), problem: problemOf(issue) }));
}

function problemOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `At least ${issue.minimum}.`;
    case 'too_big':
      return `At most ${issue.maximum}.`;
    case 'unrecognized_keys':
      return 'Unknown field.';
    case 'custom':
      return issue.message;
    default:
      return 'Not valid.';
  }
}

/** PostgreSQL is starting, stopping or out of reach: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/connection terminated|timeout exceeded when trying to connect|the database system is/i.test(error.message)) {
    return true;
  }
  const code = 'code' in error ? String(error.code) : '';
  if (/^(08...|57P0[1-5]|57014|53[0-9]{3}|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT)$/.test(code) && isFromDatabase(error))
    return true;
  return error.cause !== undefined && isDatabaseAway(error.cause);
}

function isFromDatabase(error: Error): boolean {
  return (
    error.name === 'QueryFailedError' ||
    'severity' in error ||
    ('syscall' in error && ['connect', 'read', 'write'].includes(String(error.syscall)))
  );
}
