import { LeaseLostError } from '@atelier/agent/ports';
import type { DeltaBody, EventBody, SessionEvent } from '@atelier/contracts/events';
import { messageId } from '@atelier/contracts/ids';
import { transcript } from '@atelier/contracts/transcript';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { MessagesRepository } from '../src/modules/messages/index.ts';
import { RunsRepository } from '../src/modules/runs/index.ts';
import { SessionJournal } from '../src/modules/runs/run-journal.ts';
import { followSession } from '../src/platform/realtime/follow-session.ts';
import { type WriteShare, writeShares } from '../src/platform/realtime/log-writer.repository.ts';
import { LogWriter, type RunWriter } from '../src/platform/realtime/log-writer.ts';
import { SessionFeeds } from '../src/platform/realtime/session-feeds.ts';
import { type Head, SessionLogRepository } from '../src/platform/realtime/session-log.repository.ts';
import { openGate } from '../src/platform/realtime/socket-gate.ts';
import { ask, call } from './calls.ts';
import { newPerson, newSession, type Person, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

const system: Operation = { principal: { kind: 'system' } };
const server = { server: true, worker: false };

/** Two processes on one database. */
let here: RunningProgram;
let there: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  here = await startProgram();
  there = await startProgram({ beside: here, roles: server, env: { COMPACT_AFTER_SECONDS: '0' } });
  ada = await newPerson(here);
});
beforeEach(async () => {
  sessionId = (await newSession(here, ada)).id;
});
afterAll(async () => {
  await there.stop();
  await here.stop();
  expect([here.errors, there.errors]).toEqual([[], []]);
});

const note = (text: string): EventBody => ({ type: 'todos.updated', items: [{ text, state: 'open' }] });

async function append(running: RunningProgram, bodies: readonly EventBody[]): Promise<readonly SessionEvent[] | null> {
  const { feeds } = running.program.services;
  return await running.program.postgres.db.transaction(system, (op) => feeds.append(op, sessionId, bodies));
}

async function logged(): Promise<readonly { readonly seq: number; readonly type: string; readonly text: string }[]> {
  const { rows } = await here.database.pool.query(
    `SELECT seq, type, coalesce(payload ->> 'text', payload #>> '{items,0,text}', '') AS text
       FROM session_events WHERE session_id = $1 ORDER BY seq`,
    [sessionId],
  );
  return z.array(z.object({ seq: z.number(), type: z.string(), text: z.string() })).parse(rows);
}

async function headOf(): Promise<{ readonly lastSeq: number; readonly writerCount: number }> {
  const { rows } = await here.database.pool.query(
    `SELECT last_seq AS "lastSeq", writer_count AS "writerCount" FROM session_heads WHERE session_id = $1`,
    [sessionId],
  );
  return z.object({ lastSeq: z.number(), writerCount: z.number() }).parse(rows[0]);
}

async function readerOn(running: RunningProgram, socket: TestSocket, after = 0): Promise<LogReader> {
  expect(socket.raw.url).toContain(String(running.port));
  return await new LogReader(socket, sessionId, after).begun();
}
const socketOn = (running: RunningProgram) => TestSocket.open(running, { params: { token: ada.token } });

describe('a log', () => {
  test('that twenty writers in two processes append to has no gap, and each entry once', async () => {
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let count = 0; count < 10; count += 1) {
        const words = [`${writer} ${count} a`, `${writer} ${count} b`];
        const events = await append(writer % 2 ? here : there, words.map(note));
        expect(events?.map(({ seq }) => seq - (events[0]?.seq ?? 0))).toEqual([0, 1]);
      }
    });
    await Promise.all(writers);

    const entries = await logged();
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
    expect(new Set(entries.map(({ text }) => text)).size).toBe(400);
    for (let writer = 0; writer < 20; writer += 1) {
      const own = entries.map(({ text }) => text).filter((text) => text.startsWith(`${writer} `));
      expect(own).toEqual(
        Array.from({ length: 10 }, (_, count) => [`${writer} ${count} a`, `${writer} ${count} b`]).flat(),
      );
    }
    expect((await headOf()).lastSeq).toBe(400);
  });

  test('shows nothing of what was rolled back, and has no gap where it stood', async () => {
    await using socket = await socketOn(here);
    const reader = await readerOn(here, socket);
    await append(here, [note('before')]);
    const failing = here.program.postgres.db.transaction(system, async (op) => {
      await here.program.services.feeds.append(op, sessionId, [note('never')]);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await append(here, [note('after')]);

    await reader.untilSeq(2);
    expect((await logged()).map(({ text }) => text)).toEqual(['before', 'after']);
    expect(socket.texts.join('')).not.toContain('never');
  });

  test('keeps text as it came: NUL, half of a pair, and what looks like an escape', async () => {
    const text = 'a\u0000b\ud83d\\u0000"\u2028';
    const message = messageId.parse(newId());
    await append(there, [{ type: 'text.delta', messageId: message, step: 0, text }]);

    await using socket = await socketOn(here);
    const reader = await readerOn(here, socket);
    await reader.untilSeq(1);
    expect(reader.text).toBe(text);
  });
});

describe('the group commit', () => {
  const message = messageId.parse(newId());
  const delta = (text: string, step = 0): DeltaBody => ({ type: 'text.delta', messageId: message, step, text });
  const repository = () => new SessionLogRepository(here.program.postgres.db);

  /** A writer that owns the session's log, and what it was told. */
  async function newWriter(write: (shares: readonly WriteShare[]) => ReturnType<typeof writeShares>) {
    const fence = newId();
    await new RunsRepository(here.program.postgres.db).takeLog(
      system,
      { id: newId(), sessionId: sessionId, model: '' },
      fence,
    );
    const { program } = here;
    const publish = vi.fn((id: string, events: readonly SessionEvent[]) => program.services.feeds.publish(id, events));
    const store = { write, writerCount: (id: string, by: string) => repository().writerCount(system, id, by) };
    const log = new LogWriter({ store, publish, log: program.log, metrics: program.metrics });
    const texts: string[] = [];
    const onLost = vi.fn();
    const writer: RunWriter = {
      sessionId,
      fence,
      written: 0,
      onWritten: (entries) => void texts.push(...entries.map((entry) => entry.text)),
      onLost,
    };
    return { log, writer, texts, onLost, publish };
  }
  const reallyWrite = (shares: readonly WriteShare[]) => writeShares(here.program.postgres.pool, shares);
  const connectionLost = () => new Error('Connection terminated unexpectedly');

  test('writes all that was added, neighbours of one kind as one, in order', async () => {
    const { log, writer, texts, publish } = await newWriter(reallyWrite);
    for (let count = 0; count < 200; count += 1) void log.add(writer, delta(`${count} `, Math.floor(count / 50)));
    await log.drained(writer);

    const all = Array.from({ length: 200 }, (_, count) => `${count} `).join('');
    expect(texts.join('')).toBe(all);
    expect((await logged()).map(({ text }) => text).join('')).toBe(all);
    expect((await logged()).length).toBeLessThan(20);
    expect(writer.written).toBe((await headOf()).writerCount);
    expect(publish.mock.calls.flatMap(([, events]) => events.map(({ seq }) => seq))).toEqual(
      (await logged()).map(({ seq }) => seq),
    );
  });

  test.each([
    ['before it was written', false],
    ['after it was written, so that only the answer is lost', true],
  ])('a connection that breaks %s doubles and loses nothing', async (_name, isWritten) => {
    let failures = 3;
    const { log, writer, texts } = await newWriter(async (shares) => {
      const written = failures > 0 && !isWritten ? [] : await reallyWrite(shares);
      if (failures > 0) {
        failures -= 1;
        throw connectionLost();
      }
      return written;
    });
    await using socket = await socketOn(there);
    const reader = await readerOn(there, socket);

    void log.add(writer, delta('one ', 0));
    void log.add(writer, delta('two ', 1));
    await log.drained(writer);
    void log.add(writer, delta('three', 2));
    await log.drained(writer);

    expect((await logged()).map(({ text }) => text)).toEqual(['one ', 'two ', 'three']);
    expect(texts).toEqual(['one ', 'two ', 'three']);
    expect([writer.written, await headOf()]).toEqual([3, { lastSeq: 3, writerCount: 3 }]);
    await reader.untilSeq(3);
    expect(reader.text).toBe('one two three');
  });

  test('of a worker whose log was taken over writes nothing more, and says so to its run', async () => {
    const old = await newWriter(reallyWrite);
    void old.log.add(old.writer, delta('old '));
    await old.log.drained(old.writer);
    const taker = await newWriter(reallyWrite);

    void old.log.add(old.writer, delta('too late '));
    const drained = old.log.drained(old.writer);
    void taker.log.add(taker.writer, delta('new', 1));

    await expect(drained).rejects.toThrow(LeaseLostError);
    await taker.log.drained(taker.writer);
    expect(old.onLost).toHaveBeenCalledOnce();
    expect(taker.onLost).not.toHaveBeenCalled();
    expect((await logged()).map(({ text }) => text)).toEqual(['old ', 'new']);
  });

  test('of a worker whose log was taken over while its answer was lost writes nothing twice', async () => {
    let taker: Awaited<ReturnType<typeof newWriter>> | null = null;
    const old = await newWriter(async (shares) => {
      const written = await reallyWrite(shares);
      if (taker) return written;
      taker = await newWriter(reallyWrite);
      throw connectionLost();
    });
    void old.log.add(old.writer, delta('written '));

    await expect(old.log.drained(old.writer)).rejects.toThrow(LeaseLostError);
    expect((await logged()).map(({ text }) => text)).toEqual(['written ']);
    expect(old.texts).toEqual([]);
  });

  test('serves other sessions while one of them is lost', async () => {
    const lost = await newWriter(reallyWrite);
    await newWriter(reallyWrite);
    const other = (await newSession(here, ada)).id;
    const fence = newId();
    await new RunsRepository(here.program.postgres.db).takeLog(
      system,
      { id: newId(), sessionId: other, model: '' },
      fence,
    );
    const writer = { ...lost.writer, sessionId: other, fence, onLost: vi.fn() };
    void lost.log.add(lost.writer, delta('lost'));
    void lost.log.add(writer, delta('kept'));

    await lost.log.drained(writer);
    expect(writer.onLost).not.toHaveBeenCalled();
    expect(lost.onLost).toHaveBeenCalledOnce();
    expect(await logged()).toEqual([]);
  });

  test('pauses a run that is ahead of a slow store, and goes on with it', async () => {
    let proceed: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const { log, writer } = await newWriter(async (shares) => {
      await slow;
      return await reallyWrite(shares);
    });
    const pauses: (Promise<void> | undefined)[] = [];
    for (let step = 0; step < 300; step += 1) pauses.push(log.add(writer, delta('x', step)));

    expect(pauses.findIndex((pause) => pause !== undefined)).toBe(256);
    proceed();
    await Promise.all(pauses);
    expect(await logged()).toHaveLength(300);
  });

  test('and a commit whose answer is lost are one commit', async () => {
    const { log, writer, onLost } = await newWriter(reallyWrite);
    const { runId } = await send(here, ada, sessionId, 'count to 1');
    await untilRun(here, runId, 'succeeded');
    await new RunsRepository(here.program.postgres.db).takeLog(
      system,
      { id: newId(), sessionId: sessionId, model: '' },
      writer.fence,
    );
    const before = (await headOf()).lastSeq;
    const { db } = here.program.postgres;
    const deps = {
      db,
      feeds: here.program.services.feeds,
      eventLog: repository(),
      writer: log,
      messages: new MessagesRepository(db),
    };
    const { rows } = await here.database.pool.query(
      `SELECT id FROM messages WHERE session_id = $1 AND role = 'agent'`,
      [sessionId],
    );
    const answer = messageId.parse(z.object({ id: z.string() }).parse(rows[0]).id);
    const signal = new AbortController().signal;
    const journal = new SessionJournal(deps, {
      sessionId,
      messageId: answer,
      fence: writer.fence,
      parts: [],
      signal,
      onLost,
    });

    const real = db.transaction.bind(db);
    vi.spyOn(db, 'transaction').mockImplementationOnce(async (op, work) => {
      await real(op, work);
      throw connectionLost();
    });
    void journal.delta({ type: 'text.delta', messageId: answer, step: 9, text: 'said ' });
    await journal.commit([
      { type: 'tool.called', messageId: answer, step: 9, callId: 'c', name: 'n', title: 't', inputText: '{}' },
    ]);
    await journal.commit([
      { type: 'tool.finished', messageId: answer, callId: 'c', state: 'succeeded', output: 'done' },
    ]);
    vi.mocked(db.transaction).mockRestore();

    expect((await logged()).slice(-3).map(({ type, seq }) => [type, seq - before])).toEqual([
      ['text.delta', 1],
      ['tool.called', 2],
      ['tool.finished', 3],
    ]);
    expect(onLost).not.toHaveBeenCalled();
    const parts = await here.database.pool.query(
      `SELECT part FROM message_parts WHERE message_id = $1 ORDER BY position`,
      [answer],
    );
    expect(parts.rows).toMatchObject([
      { part: { type: 'text', text: 'said ' } },
      { part: { type: 'tool', callId: 'c', state: 'succeeded', output: 'done' } },
    ]);
  });
});

describe('a reader', () => {
  /** Reads the head as the real one does, then lets something happen before it tells. */
  class HookedLog extends SessionLogRepository {
    #calls = 0;
    readonly #hooks: Readonly<Record<number, () => Promise<void>>>;
    constructor(running: RunningProgram, hooks: Readonly<Record<number, () => Promise<void>>>) {
      super(running.program.postgres.db);
      this.#hooks = hooks;
    }
    override async head(op: Operation, id: string): Promise<Head | null> {
      const head = await super.head(op, id);
      this.#calls += 1;
      await this.#hooks[this.#calls]?.();
      return head;
    }
  }

  test.each<[string, number, 'here' | 'there']>([
    ['its tail starts, by its own process', 1, 'here'],
    ['its tail starts, by another process', 1, 'there'],
    ['it reads the head, by its own process', 2, 'here'],
    ['it reads the head, by another process', 2, 'there'],
  ])('is given an entry that is written while %s, although nothing follows it', async (_name, position, where) => {
    const { hints } = here.program.services;
    const { db } = here.program.postgres;
    const { log } = here.program;
    await append(here, [note('first')]);
    const meanwhile = async () => {
      if (where === 'here') {
        await db.transaction(system, (op) => feeds.append(op, sessionId, [note('meanwhile')]));
        return;
      }
      // The hint has come, and nobody was there yet to hear it, before the head is told.
      const heard = new Promise<void>((resolve) => {
        hints.on('log', (id) => (id === sessionId ? resolve() : undefined));
      });
      await append(there, [note('meanwhile')]);
      await heard;
    };
    const feeds = new SessionFeeds({ db, repository: new HookedLog(here, { [position]: meanwhile }), hints, log });
    feeds.open();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 3000);

    using feed = await feeds.follow(system, sessionId);
    const seen: number[] = [];
    const snapshot = () => Promise.reject(new Error('nothing was compacted'));
    for await (const { seq, feed: step } of followSession(feed, {
      after: 1,
      signal: abort.signal,
      gate: openGate,
      snapshot,
    })) {
      if (step.kind === 'events') seen.push(...step.events.map((event) => event.seq));
      if (seq === 2) break;
    }
    clearTimeout(timer);
    feeds.close();
    expect(seen).toEqual([2]);
  });

  test('that comes at any moment of a busy log is given every entry once, in either process', async () => {
    await using sockets = new AsyncDisposableStack();
    const readers: LogReader[] = [];
    let isOver = false;
    const writing = Promise.all(
      [here, there, here, there].map(async (running, writer) => {
        for (let count = 0; count < 60; count += 1) await append(running, [note(`${writer} ${count}`)]);
      }),
    ).then(() => {
      isOver = true;
    });
    while (!isOver && readers.length < 40) {
      const running = readers.length % 2 ? here : there;
      readers.push(await readerOn(running, sockets.use(await socketOn(running))));
    }
    await writing;

    for (const reader of readers) await reader.untilSeq(240);
    expect(readers.length).toBeGreaterThan(3);
    for (const reader of readers)
      expect(reader.events.map(({ seq }) => seq)).toEqual((await logged()).map(({ seq }) => seq));
  });

  test('that is far behind is given as much at once as it may be owed, and not one page of everything', async () => {
    const characters = 300_000;
    const bodies = Array.from({ length: 20 }, (_, step) => ({
      type: 'text.delta' as const,
      messageId: messageId.parse(newId()),
      step,
      text: 'x'.repeat(characters),
    }));
    await append(here, bodies);
    const abort = new AbortController();
    using feed = await there.program.services.feeds.follow(system, sessionId);
    const steps: SessionEvent[][] = [];
    const snapshot = () => Promise.reject(new Error('nothing was compacted'));
    const options = { after: 0, signal: abort.signal, gate: openGate, snapshot };
    for await (const { seq, feed: step } of followSession(feed, options)) {
      if (step.kind === 'events') steps.push([...step.events]);
      if (seq === bodies.length) break;
    }

    expect(steps.flat().map(({ seq }) => seq)).toEqual(bodies.map((_, index) => index + 1));
    expect(Math.max(...steps.map((step) => step.length))).toBe(2);
  });

  test('of an answer that streams in another process sees it whole', async () => {
    await using socket = await socketOn(there);
    const reader = await readerOn(there, socket);
    const { runId } = await send(there, ada, sessionId, 'count to 200');
    await untilRun(here, runId, 'succeeded');

    await reader.until(({ type }) => type === 'run.finished');
    expect(reader.text).toBe(Array.from({ length: 200 }, (_, index) => index + 1).join(' '));
    expect(reader.resets).toEqual([]);
  });

  test('hears of what another process writes, also after the hints were cut, and by its own looking meanwhile', async () => {
    await using socket = await socketOn(here);
    const reader = await readerOn(here, socket);
    await append(there, [note('one')]);
    await reader.untilSeq(1, 3000);

    let hints = 0;
    const stop = here.program.services.hints.on('log', (id) => {
      if (id === sessionId) hints += 1;
    });
    await here.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND objid::bigint = (hashtext($1)::bigint & 4294967295)`,
      [here.program.services.hints.self],
    );
    await append(there, [note('lost')]);
    await reader.untilSeq(2, 9000);
    expect(hints).toBe(0);

    await expect
      .poll(async () => {
        await append(there, [note('again')]);
        return hints;
      })
      .toBeGreaterThan(0);
    stop();
  });

  test('of a session that is removed in another process is told that there is none', async () => {
    await using socket = await socketOn(here);
    const reader = await readerOn(here, socket);
    expect((await call(there, 'sessions.remove', { sessionId }, { token: ada.token })).status).toBe(200);

    await expect.poll(() => reader.errors.length, { timeout: 9000 }).toBe(1);
    expect(reader.errors[0]?.error?.data.app.code).toBe('session.not_found');
  });
});

describe('after compaction', () => {
  async function compactedSession(): Promise<{ readonly head: number }> {
    const { runId } = await send(here, ada, sessionId, 'count to 50');
    await untilRun(here, runId, 'succeeded');
    const before = await ask(here, ada, 'sessions.open', { sessionId }, transcript);
    const deltas = async () =>
      (await logged()).filter(({ type }) => type.endsWith('.delta') || type.endsWith('_delta'));
    expect((await deltas()).length).toBeGreaterThan(0);

    await there.program.compactor.compact();

    // The compactor's own timer may have this one in hand.
    await expect.poll(deltas).toEqual([]);
    expect(await ask(here, ada, 'sessions.open', { sessionId }, transcript)).toEqual(before);
    expect(before.messages[1]?.parts).toMatchObject([{ type: 'text', text: expect.stringMatching(/^1 2 .* 50$/) }]);
    return { head: before.seq };
  }

  test.each([
    ['from the beginning', () => 0],
    ['from the middle', (head: number) => head - 3],
  ])('a reader %s is given a fresh transcript once, and then goes on', async (_name, cursorOf) => {
    const { head } = await compactedSession();
    await using socket = await socketOn(here);
    const reader = await readerOn(here, socket, cursorOf(head));
    await expect.poll(() => reader.resets.length).toBe(1);
    expect(reader.resets[0]?.transcript).toEqual(await ask(here, ada, 'sessions.open', { sessionId }, transcript));
    await append(there, [note('after')]);

    await reader.untilSeq(head + 1);
    expect(reader.events.map(({ seq }) => seq)).toEqual([head + 1]);
    expect(reader.resets).toHaveLength(1);
  });

  test('a reader at the end is given no transcript', async () => {
    const { head } = await compactedSession();
    await using socket = await socketOn(here);
    const reader = await readerOn(here, socket, head);
    await append(here, [note('after')]);

    await reader.untilSeq(head + 1);
    expect(reader.resets).toEqual([]);
  });

  test('nothing of a run that is under way is gone', async () => {
    const first = await send(here, ada, sessionId, 'count to 5');
    await untilRun(here, first.runId, 'succeeded');
    here.clock.hold(3);
    const { runId } = await send(here, ada, sessionId, 'count to 9');
    await expect.poll(() => here.clock.held).toBe(1);
    await there.program.compactor.compact();
    expect((await ask(here, ada, 'sessions.open', { sessionId }, transcript)).messages[3]?.parts).toMatchObject([
      { type: 'text', text: '1 2 3 ' },
    ]);
    here.clock.release();
    await untilRun(here, runId, 'succeeded');

    const { messages } = await ask(here, ada, 'sessions.open', { sessionId }, transcript);
    expect(messages.map(({ parts }) => parts.map((part) => ('text' in part ? part.text : '')).join(''))).toEqual([
      'count to 5',
      '1 2 3 4 5',
      'count to 9',
      '1 2 3 4 5 6 7 8 9',
    ]);
  });
});

test('a reader from beyond the end, whose future a restored backup does not hold, is given what is true', async () => {
  await append(here, [note('kept')]);
  await using socket = await socketOn(here);
  const reader = await readerOn(here, socket, 4711);

  await expect.poll(() => reader.resets.length).toBe(1);
  expect(reader.resets[0]?.transcript).toEqual(await ask(here, ada, 'sessions.open', { sessionId }, transcript));
  await append(here, [note('new')]);
  await reader.untilSeq(2);
  expect(reader.events.map(({ seq }) => seq)).toEqual([2]);
});
