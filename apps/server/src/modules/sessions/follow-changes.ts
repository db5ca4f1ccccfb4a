import { type SessionId, sessionId } from '@atelier/contracts/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';

/** Which of a person's sessions changed, from now on; several changes of one session count once. */
export async function* followChanges(
  hints: HintBus,
  userId: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly sessionId: SessionId }, void> {
  const changed = new Set<string>();
  let wake: () => void = () => undefined;
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  const stop = hints.on('sessions', (user, session) => {
    if (user !== userId) return;
    changed.add(session);
    wake();
  });
  try {
    while (!signal.aborted) {
      for (const id of [...changed]) {
        changed.delete(id);
        yield { sessionId: sessionId.parse(id) };
      }
      if (changed.size > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop();
  }
}
