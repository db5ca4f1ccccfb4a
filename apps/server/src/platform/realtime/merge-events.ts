import { type DeltaBody, deltaTypes, type SessionEvent } from '@atelier/contracts/events';
import { mergeDeltas } from './log-writer.ts';

/**
 * Neighbouring deltas of one kind as one entry that stands for `from`…`seq`. A reader that fell behind gets a few
 * long entries instead of many short ones.
 */
export function mergeEvents(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const merged: SessionEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    const joined = last && isDelta(last) && isDelta(event) ? mergeDeltas(last, event) : null;
    if (last && joined)
      merged[merged.length - 1] = { ...joined, from: last.from ?? last.seq, seq: event.seq, at: last.at };
    else merged.push(event);
  }
  return merged;
}

function isDelta(event: SessionEvent): event is DeltaBody & SessionEvent {
  const types: readonly string[] = deltaTypes;
  return types.includes(event.type);
}
