import { useEffect, useState } from 'react';

/** Whole seconds until `at` (by `performance.now()`), counted down to 0. Null: 0. */
export function useSecondsUntil(at: number | null): number {
  const [, tick] = useState(0);
  const leftMs = at === null ? 0 : Math.max(0, at - performance.now());
  const seconds = Math.ceil(leftMs / 1000);
  useEffect(() => {
    if (at === null || seconds === 0) return;
    const untilNext = at - performance.now() - (seconds - 1) * 1000;
    const timer = setTimeout(() => tick((count) => count + 1), Math.max(0, untilNext) + 1);
    return () => clearTimeout(timer);
  }, [at, seconds]);
  return seconds;
}
