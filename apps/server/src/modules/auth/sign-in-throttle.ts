/** Whoever mistypes is not held up: the first failures cost nothing. */
const freeFailures = 4;
const firstWaitMs = 1000;
const longestWaitMs = 15 * 60_000;
/** After so many in a row no password is looked at any more, only a new one set. */
const mostFailures = 100;
/** Nobody guesses on after so long: what is older is cleared away. */
const forgetAfterMs = 24 * 60 * 60_000;

/** Failures to sign in to one account since the last success. */
export interface FailedSignIns {
  readonly count: number;
  readonly lastAt: Date;
}

/**
 * When the next try is looked at: one second after the fifth failure in a row, twice as long after each more, fifteen
 * minutes at most. A guesser gets about a hundred tries a day, and the owner is never shut out for good. Null: at once.
 */
export function lockedUntil(failed: FailedSignIns, now: Date): Date | null {
  const beyond = failed.count - freeFailures;
  if (beyond <= 0) return null;
  const waitMs = Math.min(firstWaitMs * 2 ** (beyond - 1), longestWaitMs);
  const until = new Date(failed.lastAt.getTime() + waitMs);
  return until > now ? until : null;
}

/** Whether waiting is no longer enough: a new password has to be set. */
export function needsReset(failed: FailedSignIns): boolean {
  return failed.count >= mostFailures;
}

/** Whether the failures are so long ago that they count for nothing. */
export function isForgotten(failed: FailedSignIns, now: Date): boolean {
  return now.getTime() - failed.lastAt.getTime() > forgetAfterMs;
}
