import type { SessionEvent } from '@atelier/contracts/events';
import { describe, expect, test } from 'vitest';
import { logOf, messageNo } from '../../../../../packages/contracts/test/samples.ts';
import type { LogPage } from './session-log.repository.ts';
import { SessionTail } from './session-tail.ts';

/** Entries that do not merge, so that each can be counted. */
function entries(count: number, opts: { readonly first?: number; readonly text?: string } = {}): SessionEvent[] {
  const { first = 1, text = 'x' } = opts;
  const bodies = Array.from({ length: count }, (_, index) => ({
    type: 'text.delta' as const,
    messageId: messageNo(2),
    step: first + index,
    text,
  }));
  return logOf(bodies, first);
}

/** A table of entries, and how it was read. */
class Table {
  rows: SessionEvent[];
  readonly reads: number[] = [];
  during: (() => void) | null = null;
  constructor(rows: SessionEvent[] = []) {
    this.rows = rows;
  }
  readonly read = async (after: number): Promise<LogPage> => {
    this.reads.push(after);
    const beyond = this.rows.filter(({ seq }) => seq > after);
    const events = beyond.slice(0, 500);
    const { during } = this;
    this.during = null;
    await Promise.resolve();
    during?.();
    return { events, isEnd: events.length === beyond.length };
  };
}

async function allFrom(tail: SessionTail, cursor: number): Promise<number[]> {
  const seen: number[] = [];
  for (let at = cursor; ; at = seen.at(-1) ?? at) {
    const taken = await tail.take(at);
    if (taken.kind !== 'events') return seen;
    seen.push(...taken.events.map(({ seq }) => seq));
  }
}

const never = new AbortController().signal;
const isReady = async (tail: SessionTail, cursor: number) =>
  await Promise.race([
    tail.changed(cursor, never).then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 20)),
  ]);

describe('a tail', () => {
  test('gives what it was given, to everybody the same list, and reads nothing', async () => {
    const table = new Table();
    const tail = new SessionTail(table.read);
    tail.start(0);
    tail.push(entries(3));

    const [first, second] = [await tail.take(0), await tail.take(0)];
    expect(first).toMatchObject({ kind: 'events', events: entries(3) });
    expect(first.kind === 'events' && second.kind === 'events' && first.events === second.events).toBe(true);
    expect(await tail.take(3)).toEqual({ kind: 'nothing' });
    expect(table.reads).toEqual([]);
  });

  test('reads what came before it started, and what it missed, from the table', async () => {
    const table = new Table(entries(10));
    const tail = new SessionTail(table.read);
    tail.start(5);
    expect(await allFrom(tail, 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

    table.rows = entries(14);
    tail.push(entries(1, { first: 14 }));
    expect(await allFrom(tail, 10)).toEqual([11, 12, 13, 14]);
  });

  test('reads once for all who ask at the same moment', async () => {
    const table = new Table(entries(5));
    const tail = new SessionTail(table.read);
    tail.start(0);
    tail.hint(5);

    await Promise.all(Array.from({ length: 50 }, () => tail.take(0)));
    expect(table.reads).toEqual([0]);
  });

  test('passes over entries it has already', async () => {
    const tail = new SessionTail(new Table().read);
    tail.start(0);
    tail.push(entries(3));
    tail.push(entries(3));
    tail.push(entries(2, { first: 3 }));

    expect(await allFrom(tail, 0)).toEqual([1, 2, 3, 4]);
  });

  test('gives of what it keeps no more at once than a page', async () => {
    const tail = new SessionTail(new Table().read);
    tail.start(0);
    tail.push(entries(6, { text: 'x'.repeat(300_000) }));

    const taken = await tail.take(0);
    expect(taken.kind === 'events' && taken.events.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await allFrom(tail, 0)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('reads log pages until there are no more', async () => {
    const table = new Table(entries(1234));
    const tail = new SessionTail(table.read);
    tail.start(0);
    tail.hint(1234);

    expect(await allFrom(tail, 0)).toHaveLength(1234);
  });

  test('reads again for a hint that comes while it reads', async () => {
    const table = new Table(entries(4));
    const tail = new SessionTail(table.read);
    tail.start(0);
    tail.hint(4);
    table.during = () => {
      table.rows = entries(5);
      tail.hint(5);
    };

    expect(await allFrom(tail, 0)).toEqual([1, 2, 3, 4, 5]);
  });

  test.each<[string, (tail: SessionTail) => void]>([
    ['hinted at', (tail) => tail.hint(5)],
    ['pushed', (tail) => tail.push(entries(1, { first: 5 }))],
  ])('does not miss what is %s while it looks without knowing for what', async (_name, tell) => {
    const table = new Table(entries(3));
    const tail = new SessionTail(table.read);
    tail.start(3);
    tail.hint(Number.MAX_SAFE_INTEGER);
    table.during = () => {
      table.rows = entries(5);
      tell(tail);
    };
    await tail.take(3);

    expect(await isReady(tail, 3)).toBe(true);
    expect(await allFrom(tail, 3)).toEqual([4, 5]);
  });

  test('wakes who began to wait during a read that finds more than anybody was told of', async () => {
    const table = new Table(entries(3));
    const tail = new SessionTail(table.read);
    tail.start(1);
    tail.hint(2);
    const reading = tail.take(1);
    tail.push(entries(1, { first: 2 }));
    const waiting = isReady(tail, 2);
    await reading;

    expect(await waiting).toBe(true);
    expect(await allFrom(tail, 2)).toEqual([3]);
  });

  test('that looks and finds nothing waits again', async () => {
    const tail = new SessionTail(new Table(entries(3)).read);
    tail.start(3);
    tail.look();
    expect(await isReady(tail, 3)).toBe(true);
    expect(await tail.take(3)).toEqual({ kind: 'nothing' });

    expect(await isReady(tail, 3)).toBe(false);
  });

  test('wakes who waits for a hint, a push, or an end of waiting', async () => {
    const tail = new SessionTail(new Table().read);
    tail.start(0);
    const abort = new AbortController();
    const waiting = [tail.changed(0, never), tail.changed(0, abort.signal)];
    abort.abort();
    await waiting[1];
    tail.push(entries(1));
    await waiting[0];
    await tail.changed(0, never);
    const next = tail.changed(1, never);
    tail.hint(2);
    await next;
  });

  test('tells of a hole where compaction took entries, and goes on behind it', async () => {
    const table = new Table([...entries(2), ...entries(3, { first: 8 })]);
    const tail = new SessionTail(table.read);
    tail.start(0);
    tail.hint(10);

    expect(await tail.take(2)).toEqual({ kind: 'compacted' });
    expect(await tail.take(4)).toEqual({ kind: 'compacted' });
    expect(await allFrom(tail, 7)).toEqual([8, 9, 10]);
    tail.push(entries(1, { first: 11 }));
    expect(await allFrom(tail, 10)).toEqual([11]);
  });

  test('says that the session is gone, to those who wait and to those who come', async () => {
    const tail = new SessionTail(new Table(entries(2)).read);
    tail.start(2);
    const waiting = tail.changed(2, never);
    tail.remove();
    await waiting;

    expect(await tail.take(2)).toEqual({ kind: 'removed' });
    await tail.changed(2, never);
  });
});

describe('what a tail keeps', () => {
  test('is bounded by number: whoever is further back reads the table', async () => {
    const all = entries(3000);
    const table = new Table(all);
    const tail = new SessionTail(table.read);
    tail.start(0);
    for (const event of all) tail.push([event]);

    expect(await allFrom(tail, 2600)).toHaveLength(400);
    expect(table.reads).toEqual([]);
    expect((await allFrom(tail, 1000)).length).toBe(2000);
    expect(table.reads[0]).toBe(1000);
  });

  test('is bounded by size', async () => {
    const all = entries(60, { text: 'x'.repeat(100_000) });
    const table = new Table(all);
    const tail = new SessionTail(table.read);
    tail.start(0);
    for (const event of all) tail.push([event]);

    expect(await allFrom(tail, 57)).toEqual([58, 59, 60]);
    expect(table.reads).toEqual([]);
    await tail.take(35);
    expect(table.reads).toEqual([35]);
  });

  test('is at least the newest entry, whatever its size', async () => {
    const all = entries(2, { text: 'x'.repeat(3_000_000) });
    const table = new Table(all);
    const tail = new SessionTail(table.read);
    tail.start(0);
    for (const event of all) tail.push([event]);

    expect(await allFrom(tail, 1)).toEqual([2]);
    expect(table.reads).toEqual([]);
    await tail.take(0);
    expect(table.reads).toEqual([0]);
  });
});
