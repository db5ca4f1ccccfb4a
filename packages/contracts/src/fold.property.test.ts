import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { below, mergeAtRandom, randomFrom, randomLog } from '../test/random-log.ts';
import { emptyTranscript } from '../test/samples.ts';
import { deltaTypes, eventBody, type SessionEvent } from './events.ts';
import { activeRun, foldEvent, foldEvents, GapError } from './fold.ts';
import { isTerminal } from './runs.ts';
import { type Transcript, transcript } from './transcript.ts';

/** Always the same logs: a failure here fails everywhere, and names the seed it shrank to. */
const plan = { seed: 20_260_101, numRuns: 150 };

function forAnyLog(holds: (events: readonly SessionEvent[], random: () => number) => void): void {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 250 }), (seed, length) => {
      const random = randomFrom(seed);
      holds(randomLog(random, length), random);
    }),
    plan,
  );
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

describe('whatever the log holds', () => {
  test('deltas that were sent as one fold to what they fold to one by one', () => {
    let joined = 0;
    forAnyLog((events, random) => {
      const merged = mergeAtRandom(random, events);
      joined += events.length - merged.length;
      expect(foldEvents(emptyTranscript(), merged)).toEqual(foldEvents(emptyTranscript(), events));
    });
    expect(joined).toBeGreaterThan(1000);
  });

  test('a reader that stops anywhere, and is sent entries again, arrives where one that never stopped does', () => {
    forAnyLog((events, random) => {
      const stop = below(random, events.length + 1);
      const again = below(random, stop + 1);

      const half = foldEvents(emptyTranscript(), events.slice(0, stop));

      expect(foldEvents(half, events.slice(again))).toEqual(foldEvents(emptyTranscript(), events));
    });
  });

  test('an entry that is missing is noticed at once', () => {
    forAnyLog((events, random) => {
      fc.pre(events.length > 1);
      const missing = below(random, events.length - 1);
      expect(() => foldEvents(emptyTranscript(), events.toSpliced(missing, 1))).toThrow(GapError);
    });
  });

  test('folding changes neither the transcript nor the entry it is given', () => {
    forAnyLog((events) => {
      events.reduce<Transcript>((state, event) => frozen(foldEvent(state, frozen(event))), frozen(emptyTranscript()));
    });
  });

  test('the transcript is one that may be sent, is at the end of the log, and has at most one run at work', () => {
    forAnyLog((events) => {
      const state = foldEvents(emptyTranscript(), events);
      const working = state.messages.filter(
        ({ run }) => run !== null && run.state !== 'queued' && !isTerminal(run.state),
      );

      expect(transcript.parse(state)).toEqual(state);
      expect(state.seq).toBe(events.at(-1)?.seq);
      expect(working.length).toBe(state.session.isRunning ? 1 : 0);
      expect(activeRun(state)).toEqual(working[0]?.run ?? null);
      for (const queued of state.queue) {
        expect(state.messages.map(({ id }) => id)).toEqual(
          expect.arrayContaining([queued.userMessageId, queued.agentMessageId]),
        );
      }
    });
  });

  test('an answer whose run has ended has nothing open', () => {
    let ended = 0;
    forAnyLog((events) => {
      const parts = foldEvents(emptyTranscript(), events).messages.flatMap(({ run, parts }) =>
        run && isTerminal(run.state) ? parts : [],
      );
      ended += parts.length;
      const open = parts.filter(
        (part) =>
          (part.type === 'tool' && ['drafting', 'running'].includes(part.state)) ||
          (part.type === 'reasoning' && part.endedAt === null),
      );
      expect(open).toEqual([]);
    });
    expect(ended).toBeGreaterThan(100);
  });

  test('the logs tried here hold every type of entry there is', () => {
    const seen = new Set<string>();
    forAnyLog((events) => {
      for (const { type } of events) seen.add(type);
    });
    const all = eventBody.options.map(({ shape }) => shape.type.value);

    expect([...seen].toSorted()).toEqual(all.toSorted());
    expect(all).toEqual(expect.arrayContaining([...deltaTypes]));
  });
});
