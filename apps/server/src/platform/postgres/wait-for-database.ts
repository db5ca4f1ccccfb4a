import { isDatabaseAway } from '../trpc/wire-errors.ts';

const retryMs = 200;

/** Asks until PostgreSQL answers, or the signal says that nobody waits any more. What else fails, fails. */
export async function waitForDatabase<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseAway(error) || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
