/** Five characters. None of PostgreSQL's classes begins with E, but Node's `EPIPE` and its like do. */
const state = /^(?!E)[0-9A-Z]{5}$/;

/** PostgreSQL's code for a failure, through TypeORM's wrapping. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && state.test(error.code)) return error.code;
  if ('driverError' in error) return sqlState(error.driverError);
  return error.cause === undefined ? null : sqlState(error.cause);
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** What a row points at is not there (any more). */
export function isForeignKeyViolation(error: unknown): boolean {
  return sqlState(error) === '23503';
}

/** The transaction lost against another one and may simply be tried again. */
export function isTransient(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}
