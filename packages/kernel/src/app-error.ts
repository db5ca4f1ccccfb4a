import { type ErrorCode, errorCatalogue } from './errors.ts';

export interface AppErrorOptions {
  /** Safe to show to the caller; never a secret, a path or a query. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** When the caller may try again, in milliseconds from now. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A failure we foresaw. Anything else that is thrown is a bug and reaches the client as `internal.unexpected`. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: AppErrorOptions['details'];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, opts: AppErrorOptions = {}) {
    super(errorCatalogue[code].message, { cause: opts.cause });
    this.code = code;
    this.details = opts.details;
    this.retryAfterMs = opts.retryAfterMs;
  }
}
