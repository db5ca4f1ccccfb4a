import { errorOf } from '@atelier/client';

/** When trying again is of use, by `performance.now()`; null when the refusal names no time. */
export function retryAtOf(error: unknown): number | null {
  const waitMs = errorOf(error)?.retryAfterMs ?? 0;
  return waitMs > 0 ? performance.now() + waitMs : null;
}
