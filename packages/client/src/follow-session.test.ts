import type { EventBody } from '@atelier/contracts/events';
import { GapError } from '@atelier/contracts/fold';
import type { SessionFeed, Transcript } from '@atelier/contracts/transcript';
import { TRPCClientError } from '@trpc/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyTranscript, logOf } from '../../contracts/test/samples.ts';
import { followSession } from './follow-session.ts';

type Handlers = { readonly onFeed: (feed: SessionFeed) => void; readonly onError: (error: unknown) => void };

const note = (text: string): EventBody => ({ type: 'todos.updated', items: [{ text, state: 'open' }] });
const events = (first: number, ...texts: readonly string[]): SessionFeed => ({
  kind: 'events',
  events: logOf(texts.map(note), first),
});
const at = (seq: number, text = ''): Transcript =>
  emptyTranscript({ seq, todos: text === '' ? [] : [{ text, state: 'open' }] });

function failure(code: string, retryable: boolean): Error {
  return Object.assign(new Error(code), { data: { app: { code, message: code, retryable } } });
}

/** A server whose session opens as these, one after the other; the last one again and again. */
function newSource(...opens: readonly (Transcript | Error)[]) {
  let opened = 0;
  const followed: (Handlers & { readonly after: number; isStopped: boolean })[] = [];
  return {
    followed,
    get opened() {
      return opened;
    },
    get latest() {
      const latest = followed.at(-1);
      if (!latest) throw new Error('Nobody follows.');
      return latest;
    },
    source: {
      async open() {
        const answer = opens[Math.min(opened, opens.length - 1)];
        opened += 1;
        if (answer === undefined || answer instanceof Error) throw answer;
        return answer;
      },
      events({ after }: { readonly after: number }, handlers: Handlers) {
        const following = { ...handlers, after, isStopped: false };
        followed.push(following);
        return () => {
          following.isStopped = true;
        };
      },
    },
  };
}

/** Reads in the background: what was seen, and how it ended. */
function reading(transcripts: AsyncGenerator<Transcript, void>) {
  const seen: string[] = [];
  const state: { end: unknown } = { end: null };
  const done = (async () => {
    try {
      for await (const { seq, todos } of transcripts) seen.push(`${seq} ${todos[0]?.text ?? ''}`.trim());
      state.end = 'ended';
    } catch (error) {
      state.end = error;
    }
  })();
  return { seen, state, done };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('following a session', () => {
  test('shows it as it is, then after each piece of its log', async () => {
    const server = newSource(at(3, 'now'));
    const { seen } = reading(followSession(server.source, 's'));
    await settled();
    expect(server.latest.after).toBe(3);
    server.latest.onFeed(events(4, 'next'));
    await settled();
    server.latest.onFeed(events(5, 'a', 'b'));
    await settled();

    expect(seen).toEqual(['3 now', '4 next', '6 b']);
    expect(server.opened).toBe(1);
  });

  test('shows a slow reader fewer transcripts, and the same last one', async () => {
    const server = newSource(at(0));
    const transcripts = followSession(server.source, 's');
    expect((await transcripts.next()).value).toMatchObject({ seq: 0 });
    const next = transcripts.next();
    await settled();
    for (let seq = 1; seq <= 50; seq += 1) server.latest.onFeed(events(seq, `n${seq}`));

    expect((await next).value).toMatchObject({ seq: 50, todos: [{ text: 'n50' }] });
    await transcripts.return();
  });

  test('passes over what it has seen, without showing it again', async () => {
    const server = newSource(at(3, 'now'));
    const { seen } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onFeed(events(2, 'old', 'now'));
    await settled();

    expect(seen).toEqual(['3 now']);
  });

  test('goes on from a fresh transcript when the server sends one', async () => {
    const server = newSource(at(3, 'now'));
    const { seen } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onFeed({ kind: 'reset', transcript: at(1, 'restored') });
    server.latest.onFeed(events(2, 'after'));
    await settled();

    expect(seen).toEqual(['3 now', '2 after']);
  });

  test('opens it again after a hole, and shows what is true', async () => {
    const server = newSource(at(3, 'now'), at(9, 'true'));
    const { seen } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onFeed(events(5, 'too far'));
    await vi.advanceTimersByTimeAsync(1000);

    expect(server.followed.map(({ after, isStopped }) => [after, isStopped])).toEqual([
      [3, true],
      [9, false],
    ]);
    expect(seen).toEqual(['3 now', '9 true']);
    expect(() => {
      throw new GapError(4, 5);
    }).toThrow('Expected entry 4 of the log, got 5.');
  });

  test('tries again after a failure that may pass, of the log or of opening', async () => {
    const server = newSource(at(3), failure('service.unavailable', true), at(4, 'back'));
    const { seen, state } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onError(failure('service.draining', true));
    await vi.advanceTimersByTimeAsync(5000);

    expect(seen).toEqual(['3', '4 back']);
    expect(server.opened).toBe(3);
    expect(state.end).toBeNull();
  });

  test('waits longer after each failure in a row, and gives up after eight', async () => {
    const away = failure('service.unavailable', true);
    const server = newSource(away);
    const { state } = reading(followSession(server.source, 's'));
    await vi.advanceTimersByTimeAsync(240);
    expect(server.opened).toBe(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(server.opened).toBe(2);
    await vi.advanceTimersByTimeAsync(40_000);

    expect(server.opened).toBe(9);
    expect(state.end).toBe(away);
  });

  test.each([
    ['opening it', 'session.not_found'],
    ['its log', 'session.not_found'],
  ])('ends with what the server refuses %s with', async (where, code) => {
    const refusal = failure(code, false);
    const server = newSource(where === 'its log' ? at(1) : refusal);
    const { state } = reading(followSession(server.source, 's'));
    await settled();
    if (where === 'its log') server.latest.onError(refusal);
    await settled();

    expect(state.end).toBe(refusal);
    expect(server.opened).toBe(1);
    for (const { isStopped } of server.followed) expect(isStopped).toBe(true);
  });

  test('asks again when the connection lost the question', async () => {
    const server = newSource(at(1), at(2, 'meanwhile'));
    const { seen, state } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onError(TRPCClientError.from(new Error('Active connection is not open')));
    await vi.advanceTimersByTimeAsync(1000);
    server.latest.onFeed(events(3, 'after'));
    await settled();

    expect(seen).toEqual(['1', '2 meanwhile', '3 after']);
    expect([state.end, server.opened]).toEqual([null, 2]);
  });

  test('that is opened again while nobody answers tries again; one that was never open says so at once', async () => {
    const unanswered = TRPCClientError.from(new TypeError('fetch failed'));
    const server = newSource(at(1), unanswered, at(5, 'back'));
    const { seen, state } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onError(failure('service.unavailable', true));
    await vi.advanceTimersByTimeAsync(10_000);
    const { state: first } = reading(followSession(newSource(unanswered).source, 's'));
    await settled();

    expect([seen, state.end]).toEqual([['1', '5 back'], null]);
    expect(first.end).toBe(unanswered);
  });

  test('shows what came before a refusal first', async () => {
    const server = newSource(at(1));
    const { seen, state } = reading(followSession(server.source, 's'));
    await settled();
    server.latest.onFeed(events(2, 'last words'));
    server.latest.onError(failure('session.not_found', false));
    await settled();

    expect(seen).toEqual(['1', '2 last words']);
    expect(state.end).toBeInstanceOf(Error);
  });
});

describe('who stops following', () => {
  test('by a signal is let go at once, while it waits for news', async () => {
    const server = newSource(at(1));
    const abort = new AbortController();
    const { state } = reading(followSession(server.source, 's', { signal: abort.signal }));
    await settled();
    abort.abort();
    await settled();

    expect(state.end).toBe('ended');
    expect(server.latest.isStopped).toBe(true);
  });

  test('by a signal is let go at once, while it waits to try again', async () => {
    const server = newSource(failure('service.unavailable', true));
    const abort = new AbortController();
    const { state } = reading(followSession(server.source, 's', { signal: abort.signal }));
    await settled();
    abort.abort();
    await settled();

    expect([state.end, server.opened]).toEqual(['ended', 1]);
  });

  test('before it begins asks for nothing', async () => {
    const server = newSource(at(1));
    const { seen, done } = reading(followSession(server.source, 's', { signal: AbortSignal.abort() }));
    await done;

    expect([seen, server.opened]).toEqual([[], 0]);
  });

  test('by leaving the loop ends the subscription', async () => {
    const server = newSource(at(1));
    const transcripts = followSession(server.source, 's');
    await transcripts.next();
    const next = transcripts.next();
    await settled();
    server.latest.onFeed(events(2, 'x'));
    await next;
    await transcripts.return();

    expect(server.latest.isStopped).toBe(true);
  });
});
