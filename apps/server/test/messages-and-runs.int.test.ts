import { access } from 'node:fs/promises';
import path from 'node:path';
import { foldEvents } from '@atelier/contracts/fold';
import { type SentDto, sentDto } from '@atelier/contracts/messages';
import { sessionDto } from '@atelier/contracts/sessions';
import { type Transcript, transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { emptyTranscript } from '../../../packages/contracts/test/samples.ts';
import { type Answer, ask, call, dataOf, refusal, wireErrorOf } from './calls.ts';
import { HeldClock } from './held-clock.ts';
import { newPerson, newSession, type Person, runStateOf, send, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

/** Two servers on one database; the first one works as well. */
let here: RunningProgram;
let there: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  here = await startProgram();
  there = await startProgram({ beside: here, roles: { server: true, worker: false } });
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

const opened = () => ask(here, ada, 'sessions.open', { sessionId }, transcript);
const stop = (runId: string, by = here) => call(by, 'runs.stop', { runId }, { token: ada.token });
const again = (how: 'retry' | 'continue', runId: string, clientId = newId()) =>
  call(here, `runs.${how}`, { runId, clientId }, { token: ada.token });
const sentOf = (answer: Answer) => sentDto.parse(dataOf(answer));

/** What each message says, its notices between brackets. */
function words({ messages }: Transcript): readonly string[] {
  return messages.map(({ parts }) =>
    parts.map((part) => (part.type === 'text' ? part.text : part.type === 'notice' ? `[${part.kind}]` : '')).join(''),
  );
}

/** Sends and waits until the answer stands still in its middle. */
async function sendAndHold(text: string, afterWords: number): Promise<SentDto> {
  here.clock.hold(afterWords);
  const sent = await send(here, ada, sessionId, text);
  await expect.poll(() => here.clock.held, { timeout: 10_000 }).toBe(1);
  return sent;
}

/** The log from its first entry tells what the tables tell. */
async function expectLogAndTablesAgree(): Promise<void> {
  await using socket = await TestSocket.open(there, { params: { token: ada.token } });
  const reader = new LogReader(socket, sessionId);
  const view = await opened();
  await reader.untilSeq(view.seq);
  const whole = foldEvents(emptyTranscript(), reader.events);
  // The tables give the latest page.
  const told = { ...whole, messages: whole.messages.slice(-view.messages.length) };
  const essence = ({ messages, queue, todos, seq }: Transcript) => ({
    messages: messages.map(({ run, ...message }) => ({
      ...message,
      run: run && { id: run.id, state: run.state, usage: run.usage },
    })),
    queue: queue.map(({ id }) => id),
    todos,
    seq,
  });
  expect(essence(told)).toEqual(essence(view));
}

describe('a message', () => {
  test('that is sent ten times at once, to two servers, is one message with one run', async () => {
    const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text: 'count to 3' }] };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        call(index % 2 ? here : there, 'messages.send', input, { token: ada.token }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const [first, ...others] = answers.map(sentOf);
    for (const other of others) expect(other).toEqual(first);
    await untilRun(here, first?.runId ?? '', 'succeeded');
    expect(words(await opened())).toEqual(['count to 3', '1 2 3']);
    await expectLogAndTablesAgree();
  });

  test('that is sent again later, even to an archived session, gives the first result', async () => {
    const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text: 'count to 1' }] };
    const first = await ask(here, ada, 'messages.send', input, sentDto);
    await untilRun(here, first.runId, 'succeeded');
    await ask(here, ada, 'sessions.archive', { sessionId }, sessionDto);

    expect(await ask(there, ada, 'messages.send', input, sentDto)).toEqual(first);
    expect((await opened()).messages).toHaveLength(2);
  });

  test('that comes with the id of another one and other words is refused and changes nothing', async () => {
    const input = (text: string) => ({ sessionId, clientId, parts: [{ type: 'text', text }] });
    const clientId = newId();
    const first = await ask(here, ada, 'messages.send', input('count to 1'), sentDto);
    await untilRun(here, first.runId, 'succeeded');
    const before = await opened();

    expect(await refusal(there, ada, 'messages.send', input('count to 2'))).toMatchObject({
      code: 'request.conflict',
      retryable: false,
    });
    expect(await opened()).toEqual(before);
    const other = await newSession(here, ada);
    const elsewhere = await ask(here, ada, 'messages.send', { ...input('count to 2'), sessionId: other.id }, sentDto);
    expect(elsewhere.runId).not.toBe(first.runId);
  });

  test('gives an untitled session its title, once', async () => {
    const first = await send(here, ada, sessionId, '\n# count to 2\nand more');
    await untilRun(here, first.runId, 'succeeded');
    const second = await send(here, ada, sessionId, 'something else');
    await untilRun(here, second.runId, 'succeeded');

    expect((await opened()).session).toMatchObject({ title: 'count to 2', isRunning: false });
  });

  test('to an archived session is refused, and so is another answer, until it is restored', async () => {
    const sent = await send(here, ada, sessionId, 'count to 1');
    await untilRun(here, sent.runId, 'succeeded');
    await ask(here, ada, 'sessions.archive', { sessionId }, sessionDto);
    const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text: 'count to 2' }] };

    expect((await refusal(here, ada, 'messages.send', input)).code).toBe('session.archived');
    for (const how of ['retry', 'continue'] as const) {
      expect(wireErrorOf(await again(how, sent.runId)).code).toBe('session.archived');
    }
    await ask(here, ada, 'sessions.restore', { sessionId }, sessionDto);
    const after = await ask(here, ada, 'messages.send', input, sentDto);
    await untilRun(here, after.runId, 'succeeded');
  });
});

describe('the queue', () => {
  test('is answered in the order in which it was sent, one at a time', async () => {
    const first = await sendAndHold('count to 2', 1);
    const others: SentDto[] = [];
    for (const n of [3, 4, 5]) others.push(await send(n % 2 ? here : there, ada, sessionId, `count to ${n}`));
    const waiting = await opened();
    expect(waiting.queue.map(({ id }) => id)).toEqual(others.map(({ runId }) => runId));
    expect(await runStateOf(here, first.runId)).toBe('running');
    expect(here.clock.held).toBe(1);

    here.clock.release();
    for (const { runId } of [first, ...others]) await untilRun(here, runId, 'succeeded');

    const { rows } = await here.database.pool.query(
      `SELECT id, started_at >= lag(finished_at) OVER (ORDER BY started_at) AS waited FROM runs WHERE session_id = $1 ORDER BY started_at`,
      [sessionId],
    );
    expect(rows.map((row) => row.id)).toEqual([first, ...others].map(({ runId }) => runId));
    expect(rows.slice(1).map((row) => row.waited)).toEqual([true, true, true]);
    expect(words(await opened()).filter((_, index) => index % 2)).toEqual(['1 2', '1 2 3', '1 2 3 4', '1 2 3 4 5']);
    await expectLogAndTablesAgree();
  });

  test('takes twenty, and refuses the next without a trace', async () => {
    const first = await sendAndHold('count to 2', 1);
    const queued: SentDto[] = [];
    for (let count = 0; count < 20; count += 1) queued.push(await send(here, ada, sessionId, 'count to 1'));
    const before = await opened();

    const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text: 'one more' }] };
    const answer = await call(here, 'messages.send', input, { token: ada.token });
    expect([answer.status, wireErrorOf(answer).code]).toEqual([429, 'message.too_many_queued']);
    expect(await opened()).toEqual(before);

    expect((await stop(queued[7]?.runId ?? '')).status).toBe(200);
    const taken = await ask(here, ada, 'messages.send', input, sentDto);
    here.clock.release();
    for (const { runId } of [first, taken]) await untilRun(here, runId, 'succeeded');
    await expectLogAndTablesAgree();
  });
});

describe('stopping', () => {
  test.each([
    ['its own process', () => here],
    ['another process', () => there],
  ])('a run by way of %s keeps what it wrote, and the next one begins', async (_name, by) => {
    const { runId } = await sendAndHold('count to 9', 3);
    const next = await send(here, ada, sessionId, 'count to 2');
    await expect.poll(async () => words(await opened())[1]).toBe('1 2 3 ');

    expect((await stop(runId, by())).status).toBe(200);
    await untilRun(here, runId, 'cancelled');
    here.clock.release();
    await untilRun(here, next.runId, 'succeeded');

    expect(words(await opened())).toEqual(['count to 9', '1 2 3 ', 'count to 2', '1 2']);
    await expectLogAndTablesAgree();
  });

  test('a queued run takes its message back with it', async () => {
    const first = await sendAndHold('count to 2', 1);
    const taken = await send(here, ada, sessionId, 'never mind');
    const last = await send(here, ada, sessionId, 'count to 3');

    expect((await stop(taken.runId, there)).status).toBe(200);
    expect(words(await opened())).toEqual(['count to 2', '1 ', 'count to 3', '']);
    here.clock.release();
    for (const { runId } of [first, last]) await untilRun(here, runId, 'succeeded');

    expect(await runStateOf(here, taken.runId)).toBe('cancelled');
    expect(words(await opened())).toEqual(['count to 2', '1 2', 'count to 3', '1 2 3']);
    await expectLogAndTablesAgree();
  });

  test('what has ended, or twice, changes nothing', async () => {
    const { runId } = await send(here, ada, sessionId, 'count to 2');
    await untilRun(here, runId, 'succeeded');
    const before = await opened();

    for (let count = 0; count < 2; count += 1) expect((await stop(runId)).status).toBe(200);
    expect(await opened()).toEqual(before);
  });
});

describe('another answer', () => {
  test('takes the place of the one before, which the model no longer sees', async () => {
    const sent = await send(here, ada, sessionId, 'count to 2');
    await untilRun(here, sent.runId, 'succeeded');
    const old = await opened();
    const retried = sentOf(await again('retry', sent.runId));
    await untilRun(here, retried.runId, 'succeeded');

    const now = await opened();
    expect(retried.messageId).toBe(sent.messageId);
    expect(words(now)).toEqual(['count to 2', '1 2']);
    expect(now.messages[1]?.id).not.toBe(old.messages[1]?.id);
    expect(now.messages[1]?.parentId).toBe(old.messages[1]?.parentId);
    const { rows } = await here.database.pool.query(`SELECT is_superseded FROM messages WHERE id = $1`, [
      old.messages[1]?.id,
    ]);
    expect(rows).toEqual([{ is_superseded: true }]);
    await expectLogAndTablesAgree();
  });

  test('that is asked for five times at once is one', async () => {
    const sent = await send(here, ada, sessionId, 'count to 2');
    await untilRun(here, sent.runId, 'succeeded');
    const clientId = newId();
    const answers = (await Promise.all(Array.from({ length: 5 }, () => again('retry', sent.runId, clientId)))).map(
      sentOf,
    );

    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
    await untilRun(here, answers[0]?.runId ?? '', 'succeeded');
    expect(sentOf(await again('retry', sent.runId, clientId))).toEqual(answers[0]);
    expect((await opened()).messages).toHaveLength(2);
  });

  test('is refused while the first is being written, and when the conversation has gone on', async () => {
    const first = await sendAndHold('count to 3', 1);
    for (const how of ['retry', 'continue'] as const) {
      expect(wireErrorOf(await again(how, first.runId)).code).toBe('run.not_finished');
    }
    const second = await send(here, ada, sessionId, 'count to 2');
    here.clock.release();
    for (const { runId } of [first, second]) await untilRun(here, runId, 'succeeded');

    for (const how of ['retry', 'continue'] as const) {
      expect(wireErrorOf(await again(how, first.runId)).code).toBe('run.not_latest');
    }
  });

  test('that was retried and is taken back leaves the question, and the next retry answers it', async () => {
    const sent = await send(here, ada, sessionId, 'count to 2');
    await untilRun(here, sent.runId, 'succeeded');
    here.clock.hold();
    const retried = sentOf(await again('retry', sent.runId));
    await expect.poll(() => here.clock.held).toBe(1);
    expect((await stop(retried.runId)).status).toBe(200);
    await untilRun(here, retried.runId, 'cancelled');
    here.clock.release();

    const once = sentOf(await again('retry', retried.runId));
    await untilRun(here, once.runId, 'succeeded');
    expect(words(await opened())).toEqual(['count to 2', '1 2']);
    await expectLogAndTablesAgree();
  });

  test('can be the same one, continued from where it was stopped', async () => {
    const { runId } = await sendAndHold('count to 9', 4);
    await stop(runId);
    await untilRun(here, runId, 'cancelled');
    here.clock.release();
    const goesOn = sentOf(await again('continue', runId));
    await untilRun(here, goesOn.runId, 'succeeded');

    expect(words(await opened())).toEqual(['count to 9', '1 2 3 4 [continued]5 6 7 8 9']);
    await expectLogAndTablesAgree();
  });
});

describe('a session that is removed while its agent works', () => {
  const tables = [
    'session_heads',
    'session_events',
    'session_todos',
    'messages',
    'runs',
    'uploads',
    'checkpoints',
    'spans',
  ];

  async function expectNothingLeft(id: string): Promise<void> {
    await expect.poll(() => here.program.supervisor.activeCount, { timeout: 10_000 }).toBe(0);
    const counts = await Promise.all(
      tables.map(async (table) => {
        const { rows } = await here.database.pool.query(
          `SELECT count(*)::int AS n FROM ${table} WHERE session_id = $1`,
          [id],
        );
        return `${table}: ${z.object({ n: z.number() }).parse(rows[0]).n}`;
      }),
    );
    expect(counts).toEqual(tables.map((table) => `${table}: 0`));
    const parts = await here.database.pool.query(
      `SELECT count(*)::int AS orphans FROM message_parts WHERE message_id NOT IN (SELECT id FROM messages)`,
    );
    expect(parts.rows).toEqual([{ orphans: 0 }]);
    await expect(access(path.join(here.dataDirectory, 'workspaces', id))).rejects.toThrow('ENOENT');
    await expect(access(path.join(here.dataDirectory, 'checkpoints', id))).rejects.toThrow('ENOENT');
  }

  test.each([0, 1, 4, 6, 8, 9, 10, 11, 12, 14])(
    'after %i words of a run that writes a file, leaves nothing',
    async (count) => {
      await sendAndHold('write notes.md: one two three', count).catch(() => undefined);
      const queued = await send(here, ada, sessionId, 'count to 2');

      expect((await call(there, 'sessions.remove', { sessionId }, { token: ada.token })).status).toBe(200);
      here.clock.release();

      await expectNothingLeft(sessionId);
      expect(await runStateOf(here, queued.runId)).toBeNull();
      expect((await refusal(here, ada, 'sessions.open', { sessionId })).code).toBe('session.not_found');
    },
    40_000,
  );

  test('at the moment at which its run ends is removed all the same, although each waits for the other', async () => {
    const { runId } = await send(here, ada, sessionId, 'count to 1');
    await untilRun(here, runId, 'succeeded');
    const ending = await here.database.pool.connect();
    await ending.query('BEGIN');
    await ending.query(`UPDATE session_heads SET last_seq = last_seq WHERE session_id = $1`, [sessionId]);
    const removing = call(there, 'sessions.remove', { sessionId }, { token: ada.token });
    await expect
      .poll(async () => {
        const { rows } = await here.database.pool.query(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE FROM agent_sessions%'`,
        );
        return rows.length;
      })
      .toBe(1);
    await ending.query(`UPDATE agent_sessions SET last_activity_at = now() WHERE id = $1`, [sessionId]);
    await ending.query('COMMIT');
    ending.release();

    expect((await removing).status).toBe(200);
    await expectNothingLeft(sessionId);
  });

  test('at any moment, together with twenty others, leaves nothing', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { id } = await newSession(here, ada);
        await send(here, ada, id, `write notes.md: ${'word '.repeat(index)}`);
        await new Promise((resolve) => setTimeout(resolve, index * 5));
        expect(
          (await call(index % 2 ? here : there, 'sessions.remove', { sessionId: id }, { token: ada.token })).status,
        ).toBe(200);
        return id;
      }),
    );

    for (const id of ids) await expectNothingLeft(id);
  });
});

describe('workers', () => {
  /** A server without a worker, on a database of its own. */
  async function newServer(): Promise<{ readonly server: RunningProgram; readonly bea: Person; readonly id: string }> {
    const server = await startProgram({ roles: { server: true, worker: false } });
    const bea = await newPerson(server);
    return { server, bea, id: (await newSession(server, bea)).id };
  }
  const newWorker = (server: RunningProgram) =>
    startProgram({ beside: server, roles: { server: false, worker: true } });
  const idle = (server: RunningProgram) => startProgram({ beside: server, roles: { server: false, worker: false } });
  async function textOf(server: RunningProgram, id: string): Promise<readonly string[]> {
    const { rows } = await server.database.pool.query(
      `SELECT p.part FROM messages m JOIN message_parts p ON p.message_id = m.id
        WHERE m.session_id = $1 AND m.role = 'agent' ORDER BY p.position`,
      [id],
    );
    return rows.map((row) => (row.part.type === 'notice' ? `[${row.part.kind}]` : row.part.text));
  }
  const attemptOf = async (server: RunningProgram, runId: string) =>
    (await server.database.pool.query(`SELECT attempt FROM runs WHERE id = $1`, [runId])).rows[0]?.attempt;
  const expireLease = (server: RunningProgram, runId: string) =>
    server.database.pool.query(`UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [runId]);

  test('that try for the same run at once: one has it', async () => {
    const { server, bea } = await newServer();
    await using _server = server;
    await using other = await idle(server);
    server.clock.hold();
    for (let round = 0; round < 8; round += 1) {
      const { id } = await newSession(server, bea);
      const { runId } = await send(server, bea, id, 'count to 1');
      const second = await send(server, bea, id, 'count to 2');
      // A session's next run waits for the one before, whether that has begun or not.
      expect(await other.program.supervisor.offer(second.runId)).toBe(false);
      const offers = await Promise.all(
        [server, other, server, other, other].map(({ program }) => program.supervisor.offer(runId)),
      );
      expect(offers.filter((isTaken) => isTaken)).toHaveLength(1);
      for (const { program } of [server, other]) expect(await program.supervisor.offer(runId)).toBe(false);
      expect(await other.program.supervisor.offer(second.runId)).toBe(false);
      expect(await attemptOf(server, runId)).toBe(1);
    }
  });

  test('that are gone are followed by others within seconds, who go on from what is written', async () => {
    const { server, bea, id } = await newServer();
    await using _server = server;
    await using lost = await newWorker(server);
    server.clock.hold(4);
    const { runId } = await send(server, bea, id, 'count to 9');
    await expect.poll(() => server.clock.held, { timeout: 10_000 }).toBe(1);
    await using _taker = await newWorker(server);
    const startedAt = performance.now();

    // Its connection breaks and it does not come back; it still believes that the run is its own.
    await lost.program.services.hints.close();
    await expect.poll(() => attemptOf(server, runId), { timeout: 15_000 }).toBe(2);
    const seconds = (performance.now() - startedAt) / 1000;
    server.clock.release();
    await untilRun(server, runId, 'succeeded');

    expect(seconds).toBeLessThan(10);
    expect(await textOf(server, id)).toEqual(['1 2 3 4 ', '[resumed]', expect.stringMatching(/ ?9$/)]);
    const entries = await server.database.pool.query(
      `SELECT count(*)::int AS ends FROM session_events WHERE session_id = $1 AND type = 'run.finished'`,
      [id],
    );
    expect(entries.rows).toEqual([{ ends: 1 }]);
  });

  test('that stop hand over what they were at, and it does not count as a failure', async () => {
    const { server, bea, id } = await newServer();
    await using _server = server;
    const clock = new HeldClock();
    await using first = await startProgram({ beside: server, roles: { server: false, worker: true }, clock });
    clock.hold(4);
    const { runId } = await send(server, bea, id, 'count to 9');
    await expect.poll(() => clock.held, { timeout: 10_000 }).toBe(1);
    await first.halt();
    expect(await runStateOf(server, runId)).toBe('running');

    await using _second = await newWorker(server);
    await untilRun(server, runId, 'succeeded');

    expect(await attemptOf(server, runId)).toBe(1);
    expect((await textOf(server, id)).slice(0, 2)).toEqual(['1 2 3 4 ', '[resumed]']);
  });

  test('that lost a run three times do not try it again by themselves, and what was written is kept', async () => {
    const { server, bea, id } = await newServer();
    await using _server = server;
    const others = [await idle(server), await idle(server), await idle(server), await idle(server)];
    await using stack = new AsyncDisposableStack();
    for (const other of others) stack.use(other);
    server.clock.hold(3);
    const { runId } = await send(server, bea, id, 'count to 9');
    for (const [lost, other] of others.slice(0, 3).entries()) {
      expect(await other.program.supervisor.offer(runId)).toBe(true);
      await expect.poll(() => server.clock.held, { timeout: 10_000 }).toBe(lost + 1);
      await expireLease(server, runId);
    }
    expect(await others[3]?.program.supervisor.offer(runId)).toBe(true);
    await untilRun(server, runId, 'interrupted');
    server.clock.release();

    const { rows } = await server.database.pool.query(`SELECT attempt, error, lease_owner FROM runs WHERE id = $1`, [
      runId,
    ]);
    expect(rows).toMatchObject([
      { attempt: 4, error: { code: 'run.worker_lost', retryable: true }, lease_owner: null },
    ]);
    expect((await textOf(server, id))[0]).toBe('1 2 3 ');
    // Those who had lost it write nothing more, whatever they had still to say.
    for (const other of others)
      await expect.poll(() => other.program.supervisor.activeCount, { timeout: 10_000 }).toBe(0);
    expect((await textOf(server, id)).join('')).toBe('1 2 3 [resumed][resumed][resumed]');
    const after = await call(server, 'runs.continue', { runId, clientId: newId() }, { token: bea.token });
    expect(after.status).toBe(200);
  });

  test('that are not told of a queued run find it by looking', async () => {
    const { server, bea, id } = await newServer();
    await using _server = server;
    const { runId } = await send(server, bea, id, 'count to 2');
    await server.database.pool.query(`DELETE FROM jobs.job`);
    await server.database.pool.query(`UPDATE runs SET queued_at = now() - interval '1 minute' WHERE id = $1`, [runId]);

    await using _worker = await newWorker(server);

    await untilRun(server, runId, 'succeeded');
  });
});

test('who sends and whose answer ends never wait for each other in a circle', async () => {
  const deadlocks = async () => {
    const sql = 'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()';
    return (await here.database.pool.query(sql)).rows[0].n as number;
  };
  const before = await deadlocks();
  const sessions = await Promise.all(Array.from({ length: 4 }, async () => (await newSession(here, ada)).id));

  await Promise.all(
    sessions.map(async (session) => {
      for (let n = 0; n < 12; n += 1) {
        const runs = await Promise.all([1, 2, 3].map(() => send(here, ada, session, 'count to 1')));
        // One of them is taken back, as likely as not, while another one ends.
        const last = runs.at(-1);
        if (last) await stop(last.runId);
        for (const { runId } of runs.slice(0, -1)) await untilRun(here, runId, 'succeeded');
      }
    }),
  );
  // Counted by PostgreSQL within a second.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await deadlocks()) - before).toBe(0);
}, 60_000);
