import type { HintBus, Topic } from './hint-bus.ts';

/** The values hinted at for one key of a topic, from now on; the same value several times in a moment comes once. */
export async function* followHints(
  hints: HintBus,
  at: { readonly topic: Topic; readonly key: string },
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const hinted = new Set<string>();
  let wake: () => void = () => undefined;
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  const stop = hints.on(at.topic, (key, value) => {
    if (key !== at.key) return;
    hinted.add(value);
    wake();
  });
  try {
    while (!signal.aborted) {
      for (const value of [...hinted]) {
        hinted.delete(value);
        yield value;
      }
      if (hinted.size > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop();
  }
}
