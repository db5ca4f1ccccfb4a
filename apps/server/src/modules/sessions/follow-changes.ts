import { type SessionId, sessionId } from '@atelier/contracts/ids';
import { followHints } from '../../platform/realtime/follow-hints.ts';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';

/** Which of a person's sessions changed, from now on; several changes of one session count once. */
export async function* followChanges(
  hints: HintBus,
  userId: string,
  signal: AbortSignal,
): AsyncGenerator<{ readonly sessionId: SessionId }, void> {
  for await (const id of followHints(hints, { topic: 'sessions', key: userId }, signal)) {
    yield { sessionId: sessionId.parse(id) };
  }
}
