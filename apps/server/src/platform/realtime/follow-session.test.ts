import type { SessionFeed } from '@atelier/contracts/transcript';
import { AppError } from '@atelier/kernel/app-error';
import { describe, expect, test, vi } from 'vitest';
import { emptyTranscript, logOf } from '../../../../../packages/contracts/test/samples.ts';
import { type FollowOptions, followSession } from './follow-session.ts';
import type { Feed } from './session-feeds.ts';
import type { Taken } from './session-tail.ts';

const events = (first: number, count: number): Taken => ({
  kind: 'events',
  events: logOf(Array(count).fill({ type: 'todos.updated', items: [] }), first),
});

/** A feed that gives these, one after the other, and then has nothing new for ever. */
function newFeed(head: Feed['head'], ...takes: readonly Taken[]) {
  const cursors: number[] = [];
  const feed: Feed = {
    head,
    take: async (cursor) => {
      cursors.push(cursor);
      return takes[cursors.length - 1] ?? { kind: 'nothing' };
    },
    changed: (_cursor, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    [Symbol.dispose]: () => undefined,
  };
  return { feed, cursors };
}

/** What a reader is given until there is nothing more. */
async function given(feed: Feed, after: number, over: Partial<FollowOptions> = {}) {
  const abort = new AbortController();
  const steps: [seq: number, kind: SessionFeed['kind']][] = [];
  const options = {
    after,
    signal: abort.signal,
    gate: { ready: async () => undefined },
    snapshot: async () => emptyTranscript({ seq: 20 }),
    ...over,
  };
  const wait = setTimeout(() => abort.abort(), 50);
  for await (const { seq, feed: step } of followSession(feed, options)) steps.push([seq, step.kind]);
  clearTimeout(wait);
  return steps;
}

describe('a reader', () => {
  test('is given what comes after its place, and goes on from where that ends', async () => {
    const { feed, cursors } = newFeed({ lastSeq: 5, compactedSeq: 0 }, events(3, 3), events(6, 1));

    expect(await given(feed, 2)).toEqual([
      [5, 'events'],
      [6, 'events'],
    ]);
    expect(cursors).toEqual([2, 5, 6]);
  });

  test.each([
    ['before the compacted part', 2, { lastSeq: 20, compactedSeq: 10 }],
    ['beyond the end', 21, { lastSeq: 20, compactedSeq: 0 }],
  ])('from %s is given a transcript and goes on from there', async (_name, after, head) => {
    const { feed, cursors } = newFeed(head, events(21, 1));

    expect(await given(feed, after)).toEqual([
      [20, 'reset'],
      [21, 'events'],
    ]);
    expect(cursors).toEqual([20, 21]);
  });

  test('whom compaction overtakes while it reads is given a transcript and goes on from there', async () => {
    const { feed, cursors } = newFeed(
      { lastSeq: 9, compactedSeq: 0 },
      events(1, 2),
      { kind: 'compacted' },
      events(21, 1),
    );

    expect(await given(feed, 0)).toEqual([
      [2, 'events'],
      [20, 'reset'],
      [21, 'events'],
    ]);
    expect(cursors).toEqual([0, 2, 20, 21]);
  });

  test('of a session that is removed is told so, as of one that never was', async () => {
    const { feed } = newFeed({ lastSeq: 1, compactedSeq: 0 }, { kind: 'removed' });

    await expect(given(feed, 1)).rejects.toEqual(new AppError('session.not_found'));
  });

  test('whose socket is full is read nothing for', async () => {
    const { feed, cursors } = newFeed({ lastSeq: 5, compactedSeq: 0 }, events(1, 5));
    const ready = vi.fn(
      (signal: AbortSignal) => new Promise<void>((done) => signal.addEventListener('abort', () => done())),
    );

    expect(await given(feed, 0, { gate: { ready } })).toEqual([]);
    expect(cursors).toEqual([]);
  });
});
