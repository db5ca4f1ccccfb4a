import { LeaseLostError } from '@atelier/agent/ports';
import { approvalRuleDto } from '@atelier/contracts/approvals';
import { uploadDto } from '@atelier/contracts/files';
import { foldEvents } from '@atelier/contracts/fold';
import { messageId } from '@atelier/contracts/ids';
import { type SentDto, sentDto } from '@atelier/contracts/messages';
import type { Part } from '@atelier/contracts/parts';
import { pipelineDetail, startedPipeline } from '@atelier/contracts/pipelines';
import { type Transcript, transcript } from '@atelier/contracts/transcript';
import type { Operation } from '@atelier/entities/operation';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { emptyTranscript } from '../../../packages/contracts/test/samples.ts';
import { MessagesRepository } from '../src/modules/messages/index.ts';
import { RunsRepository } from '../src/modules/runs/index.ts';
import { SessionJournal } from '../src/modules/runs/run-journal.ts';
import { RunSteering } from '../src/modules/runs/run-steering.ts';
import { type WriteShare, writeShares } from '../src/platform/realtime/log-writer.repository.ts';
import { LogWriter } from '../src/platform/realtime/log-writer.ts';
import { SessionLogRepository } from '../src/platform/realtime/session-log.repository.ts';
import { ask, call, refusal } from './calls.ts';
import { HeldClock } from './held-clock.ts';
import { newPerson, newSession, type Person, runStateOf, send, untilRun, upload } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

const system: Operation = { principal: { kind: 'system' } };
const nothing = z.strictObject({});

/** Two servers on one database; the first one works as well. */
let here: RunningProgram;
let there: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  here = await startProgram();
  there = await startProgram({ beside: here, roles: { server: true, worker: false } });
});
beforeEach(async () => {
  here.clock.release();
  ada = await newPerson(here);
  sessionId = (await newSession(here, ada)).id;
});
afterAll(async () => {
  await there.stop();
  await here.stop();
  expect([here.errors, there.errors]).toEqual([[], []]);
});

const opened = (by = here) => ask(by, ada, 'sessions.open', { sessionId }, transcript);
const stop = (runId: string) => ask(here, ada, 'runs.stop', { runId }, nothing);
const steer = (runId: string, steers = true, by = here) => ask(by, ada, 'runs.steer', { runId, steers }, nothing);

/** A message for the answer that is being written. */
async function sendSteering(text: string, by = here, parts: readonly object[] = []): Promise<SentDto> {
  const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text }, ...parts], steers: true };
  return await ask(by, ada, 'messages.send', input, sentDto);
}

/** Sends and waits until the answer stands still in its middle. */
async function sendAndHold(text: string, afterWords: number): Promise<SentDto> {
  here.clock.hold(afterWords);
  const sent = await send(here, ada, sessionId, text);
  await expect.poll(() => here.clock.held, { timeout: 10_000 }).toBe(1);
  return sent;
}

function said(part: Part): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'steer':
      return `<${part.author?.name}: ${part.content.map((piece) => (piece.type === 'text' ? piece.text : piece.name)).join(' + ')}>`;
    case 'notice':
      return `[${part.kind}]`;
    case 'tool':
      return `(${part.name} ${part.state})`;
    default:
      return '';
  }
}

/** What each message says. */
function words({ messages }: Transcript): readonly string[] {
  return messages.map(({ parts }) =>
    parts
      .map((part) => said(part).trim())
      .filter((piece) => piece !== '')
      .join(' '),
  );
}

/** The log from its first entry tells what the tables tell. */
async function expectLogAndTablesAgree(): Promise<void> {
  await using socket = await TestSocket.open(there, { params: { token: ada.token } });
  const reader = new LogReader(socket, sessionId);
  const view = await opened();
  await reader.untilSeq(view.seq);
  const whole = foldEvents(emptyTranscript(), reader.events);
  const essence = ({ messages, queue, seq }: Transcript) => ({
    messages: messages.map(({ id, parts, run }) => ({
      id,
      parts,
      run: run?.state === 'queued' ? null : run && { id: run.id, state: run.state },
    })),
    queue,
    seq,
  });
  expect(essence(whole)).toEqual(essence(view));
}

async function entriesOf(type: string): Promise<readonly unknown[]> {
  const { rows } = await here.database.pool.query(
    `SELECT payload FROM session_events WHERE session_id = $1 AND type = $2 ORDER BY seq`,
    [sessionId, type],
  );
  return rows.map((row) => row.payload);
}

describe('a message for the answer that is being written', () => {
  test('is read before its next step, by a run that goes on for it, and is answered no second time', async () => {
    const first = await sendAndHold('count to 4', 2);
    const second = await sendSteering('count to 2', there);
    const waiting = await opened();
    expect(waiting.queue).toMatchObject([{ id: second.runId, steers: first.runId }]);
    await expectLogAndTablesAgree();

    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');

    expect(words(await opened())).toEqual(['count to 4', '1 2 3 4 <Ada: count to 2> 1 2']);
    expect(await opened()).toMatchObject({ queue: [], session: { isRunning: false } });
    expect(await runStateOf(here, second.runId)).toBe('cancelled');
    await expectLogAndTablesAgree();
    // Nobody comes to answer it later, whatever still points at it.
    expect(await here.program.supervisor.offer(second.runId)).toBe(false);
  });

  test('is read between a call and the next model call', async () => {
    const first = await sendAndHold('write notes.md: hello', 2);
    await sendSteering('count to 2');
    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');

    const view = await opened();
    expect(words(view)[1]).toMatch(/\(write_file succeeded\) <Ada: count to 2> 1 2$/);
    expect(view.messages[1]?.parts.find(({ type }) => type === 'steer')).toMatchObject({ step: 1 });
    await expectLogAndTablesAgree();
  });

  test('may be told so while it waits, and told otherwise; those that are read keep their order', async () => {
    const first = await sendAndHold('count to 4', 2);
    const [one, two, three, four] = [
      await send(here, ada, sessionId, 'one'),
      await send(here, ada, sessionId, 'count to 3'),
      await send(here, ada, sessionId, 'three'),
      await sendSteering('count to 5'),
    ];
    await steer(three.runId);
    await steer(one.runId, true, there);
    await steer(one.runId);
    await steer(four.runId, false);
    expect((await opened()).queue.map(({ steers }) => steers ?? null)).toEqual([first.runId, null, first.runId, null]);
    expect(await entriesOf('run.steer_asked')).toHaveLength(3);
    await expectLogAndTablesAgree();

    here.clock.release();
    for (const { runId } of [first, two, four]) await untilRun(here, runId, 'succeeded');

    const [, answer, ...others] = words(await opened());
    expect(answer).toMatch(/^1 2 3 4 <Ada: one> <Ada: three> /);
    expect(others).toEqual(['count to 3', '1 2 3', 'count to 5', '1 2 3 4 5']);
    await expectLogAndTablesAgree();
  });

  test('that is sent again by its id is the same, before it is read and after', async () => {
    const first = await sendAndHold('count to 4', 2);
    const input = { sessionId, clientId: newId(), parts: [{ type: 'text', text: 'count to 2' }], steers: true };
    const sent = await ask(here, ada, 'messages.send', input, sentDto);
    expect(await ask(there, ada, 'messages.send', { ...input, steers: false }, sentDto)).toEqual(sent);
    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');

    expect(await ask(there, ada, 'messages.send', input, sentDto)).toEqual(sent);
    expect(words(await opened())).toEqual(['count to 4', '1 2 3 4 <Ada: count to 2> 1 2']);
  });

  test('brings its files along', async () => {
    const query = { purpose: 'attachment' };
    const uploaded = await upload(here, ada, sessionId, { name: 'plan.md', content: 'all of it', query });
    const file = uploadDto.parse(uploaded.body);
    const first = await sendAndHold('count to 4', 2);
    await sendSteering('count to 2', here, [{ type: 'file', uploadId: file.id }]);
    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');

    const part = (await opened()).messages[1]?.parts.find(({ type }) => type === 'steer');
    expect(part).toMatchObject({
      author: { name: 'Ada' },
      content: [
        { type: 'text', text: 'count to 2' },
        { type: 'file', uploadId: file.id, name: 'plan.md', text: 'all of it' },
      ],
    });
    expect(words(await opened())[1]).toMatch(/1 2$/);
  });

  test('is an ordinary one where no answer is being written', async () => {
    const sent = await sendSteering('count to 2');
    await untilRun(here, sent.runId, 'succeeded');

    expect(words(await opened())).toEqual(['count to 2', '1 2']);
    await steer(sent.runId);
    expect(await entriesOf('run.steer_asked')).toEqual([]);
  });

  test('is answered by itself, as the next one, when the answer ends before it is read', async () => {
    const first = await sendAndHold('count to 9', 3);
    const ordinary = await send(here, ada, sessionId, 'count to 2');
    const second = await sendSteering('count to 3');
    await stop(first.runId);
    await untilRun(here, first.runId, 'cancelled');
    here.clock.release();
    for (const { runId } of [ordinary, second]) await untilRun(here, runId, 'succeeded');

    // It was for the answer that was stopped, and for no other.
    expect(words(await opened())).toEqual(['count to 9', '1 2 3', 'count to 2', '1 2', 'count to 3', '1 2 3']);
    expect(await entriesOf('run.steered')).toEqual([]);
    await expectLogAndTablesAgree();
  });

  test('that was read stays when the answer is stopped then, and is answered when it is continued', async () => {
    const first = await sendAndHold('count to 4', 2);
    const second = await sendSteering('count to 2');
    here.clock.release();
    here.clock.hold(1);
    await expect.poll(async () => words(await opened())[1], { timeout: 10_000 }).toMatch(/<Ada: count to 2>$/);
    await stop(second.runId);
    await stop(first.runId);
    await untilRun(here, first.runId, 'cancelled');
    expect(words(await opened())).toEqual(['count to 4', '1 2 3 4 <Ada: count to 2>']);
    here.clock.release();
    const onward = await ask(here, ada, 'runs.continue', { runId: first.runId, clientId: newId() }, sentDto);
    await untilRun(here, onward.runId, 'succeeded');

    expect(words(await opened())).toEqual(['count to 4', '1 2 3 4 <Ada: count to 2> [continued] 1 2']);
    await expectLogAndTablesAgree();
  });

  test('can be taken back until it is read', async () => {
    const first = await sendAndHold('count to 4', 2);
    const second = await sendSteering('count to 2');
    await stop(second.runId);
    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');

    expect(words(await opened())).toEqual(['count to 4', '1 2 3 4']);
    await expectLogAndTablesAgree();
  });

  test('leaves the view of whoever opened the session while it waited, and stands in the answer instead', async () => {
    const first = await sendAndHold('count to 4', 2);
    await sendSteering('count to 2');
    const snapshot = await opened(there);
    await using socket = await TestSocket.open(there, { params: { token: ada.token } });
    const reader = new LogReader(socket, sessionId, snapshot.seq);
    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');
    const view = await opened();
    await reader.untilSeq(view.seq);

    const followed = foldEvents(snapshot, reader.events);
    expect(followed.messages.map(({ id }) => id)).toEqual(view.messages.map(({ id }) => id));
    expect(followed.messages.map(({ parts }) => parts)).toEqual(view.messages.map(({ parts }) => parts));
    expect(followed.queue).toEqual([]);
  });

  test('is told to another answer to the same question, too', async () => {
    const first = await sendAndHold('count to 4', 2);
    await sendSteering('count to 2');
    here.clock.release();
    await untilRun(here, first.runId, 'succeeded');
    const again = await ask(here, ada, 'runs.retry', { runId: first.runId, clientId: newId() }, sentDto);
    await untilRun(here, again.runId, 'succeeded');

    const [, answer] = words(await opened());
    expect(answer).toMatch(/^<Ada: count to 2> /);
    // The question and what was said are one turn: no command that this model knows.
    expect(answer).toContain('offline model');
    await expectLogAndTablesAgree();
    const third = await ask(here, ada, 'runs.retry', { runId: again.runId, clientId: newId() }, sentDto);
    await untilRun(here, third.runId, 'succeeded');
    expect(words(await opened())[1]?.match(/<Ada/g)).toHaveLength(1);
  });

  test('steers no check, and a stage of a pipeline is read by nobody else', async () => {
    const first = await sendAndHold('count to 4', 2);
    const stages = ['count to 3', 'count to 1'].map((goal) => ({ name: 'Stage', goal }));
    const { id: pipelineId } = await ask(
      here,
      ada,
      'pipelines.create',
      { content: { name: 'P', stages } },
      pipelineDetail,
    );
    await ask(here, ada, 'pipelines.start', { pipelineId, clientId: newId(), sessionId }, startedPipeline);
    const stage = (await opened()).queue[0]?.id;
    expect((await refusal(here, ada, 'runs.steer', { runId: stage, steers: true })).code).toBe('run.not_steerable');

    await here.database.pool.query(`UPDATE runs SET is_check = true WHERE id = $1`, [first.runId]);
    const second = await sendSteering('count to 2');
    expect((await refusal(here, ada, 'runs.steer', { runId: second.runId, steers: true })).code).toBe(
      'run.not_steerable',
    );
    expect((await opened()).queue.map(({ steers }) => steers)).toEqual([undefined, undefined]);
    here.clock.release();
    await untilRun(here, second.runId, 'succeeded');
  });
});

describe('a run that waits for leave', () => {
  test('is told after the decision what was said while it waited', async () => {
    const rule = { sessionId: null, tool: 'write_file', pattern: '*', action: 'ask' };
    await ask(here, ada, 'approvals.putRule', rule, approvalRuleDto);
    const { runId } = await send(here, ada, sessionId, 'write notes.md: hello');
    await untilRun(here, runId, 'waiting');
    const second = await sendSteering('count to 2', there);
    expect((await opened()).queue).toMatchObject([{ id: second.runId, steers: runId }]);
    expect(await entriesOf('run.steered')).toEqual([]);

    const decision = { kind: 'deny', reason: '' };
    await call(here, 'runs.decide', { runId, callId: '0-call-1', decision }, { token: ada.token });
    await untilRun(here, runId, 'succeeded');

    expect(words(await opened())[1]).toMatch(/\(write_file failed\) <Ada: count to 2> 1 2$/);
    await expectLogAndTablesAgree();
  });
});

describe('whatever happens at the moment at which it is read', () => {
  test('a message is read or answered, and never both or neither', async () => {
    let read = 0;
    for (let round = 0; round < 12; round += 1) {
      sessionId = (await newSession(here, ada)).id;
      here.clock.release();
      const first = await send(here, ada, sessionId, `count to ${1 + (round % 4)}`);
      // Some come while the answer is written, some when it is just ending, some when it has ended.
      if (round % 3 > 0) await new Promise((resolve) => setTimeout(resolve, round * 4));
      const stopping = round % 4 === 3 ? stop(first.runId) : null;
      const others = [await sendSteering('count to 12', round % 2 ? here : there), await sendSteering('count to 13')];
      await stopping;
      await expect
        .poll(async () => (await opened()).session.isRunning || (await opened()).queue.length > 0, { timeout: 20_000 })
        .toBe(false);

      const view = await opened();
      const all = words(view).join('\n');
      for (const n of [12, 13]) {
        const isRead = all.includes(`<Ada: count to ${n}>`);
        const isAnswered = words(view).includes(`count to ${n}`);
        expect([isRead, isAnswered].filter(Boolean), `${n} in ${all}`).toHaveLength(1);
        if (isRead) read += 1;
      }
      for (const { runId } of others) expect(['succeeded', 'cancelled']).toContain(await runStateOf(here, runId));
      const { rows } = await here.database.pool.query(
        `SELECT count(*)::int AS overlapping FROM runs a JOIN runs b ON a.session_id = b.session_id AND a.id < b.id
          WHERE a.session_id = $1 AND a.started_at < b.finished_at AND b.started_at < a.finished_at`,
        [sessionId],
      );
      expect(rows).toEqual([{ overlapping: 0 }]);
      await expectLogAndTablesAgree();
    }
    expect(read).toBeGreaterThan(0);
  });
});

/** A server without a worker, and its workers. */
async function newServer() {
  const server = await startProgram({ roles: { server: true, worker: false } });
  ada = await newPerson(server);
  sessionId = (await newSession(server, ada)).id;
  return server;
}
const newWorker = (server: RunningProgram, clock = server.clock) =>
  startProgram({ beside: server, roles: { server: false, worker: true }, clock });

describe('a worker', () => {
  const expireLease = (server: RunningProgram, runId: string) =>
    server.database.pool.query(`UPDATE runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [runId]);

  test.each([
    ['stops', (worker: RunningProgram) => worker.halt()],
    ['is lost', (worker: RunningProgram, runId: string) => expireLease(worker, runId)],
  ])(
    'that %s after it read it leaves it to another, who answers it and does not read it again',
    async (_how, leave) => {
      await using server = await newServer();
      const clock = new HeldClock();
      await using first = await newWorker(server, clock);
      clock.hold(2);
      const { runId } = await send(server, ada, sessionId, 'count to 4');
      await expect.poll(() => clock.held, { timeout: 10_000 }).toBe(1);
      const steering = await sendSteering('count to 2', server);
      // The answer comes to its end, and the first word of what follows is held.
      clock.release();
      clock.hold(1);
      await expect.poll(async () => words(await opened(server))[1], { timeout: 10_000 }).toMatch(/<Ada: count to 2>$/);
      await expect.poll(() => clock.held, { timeout: 10_000 }).toBe(1);
      await using second = await newWorker(server);
      expect(await runStateOf(server, runId)).toBe('running');
      await leave(first, runId);
      await second.program.supervisor.offer(runId);
      await untilRun(server, runId, 'succeeded');
      clock.release();

      expect(words(await opened(server))).toEqual(['count to 4', '1 2 3 4 <Ada: count to 2> [resumed] 1 2']);
      expect(await runStateOf(server, steering.runId)).toBe('cancelled');
    },
  );

  test('that is lost before it read it leaves it to the one that takes the run over, and writes nothing more', async () => {
    await using server = await newServer();
    const clock = new HeldClock();
    await using lost = await newWorker(server, clock);
    clock.hold(2);
    const { runId } = await send(server, ada, sessionId, 'count to 4');
    await expect.poll(() => clock.held, { timeout: 10_000 }).toBe(1);
    await sendSteering('count to 2', server);
    await using taker = await newWorker(server);
    await expireLease(server, runId);
    await taker.program.supervisor.offer(runId);
    await untilRun(server, runId, 'succeeded');
    clock.release();
    await expect.poll(() => lost.program.supervisor.activeCount, { timeout: 10_000 }).toBe(0);

    expect(words(await opened(server))).toEqual(['count to 4', '1 2 [resumed] <Ada: count to 2> 1 2']);
  });
});

describe('taking', () => {
  /** A run that nobody works on, with a message for it, and what a worker would have of it. */
  async function newPlace(server: RunningProgram, isOwner = true) {
    const first = await send(server, ada, sessionId, 'count to 4');
    const second = await sendSteering('count to 2', server);
    const { db } = server.program.postgres;
    const { log, metrics, services } = server.program;
    const { feeds } = services;
    const eventLog = new SessionLogRepository(db);
    const runs = new RunsRepository(db);
    const fence = newId();
    if (isOwner) await runs.takeLog(system, { id: first.runId, sessionId, model: '' }, fence);
    const answer = (await opened(server)).queue[0]?.agentMessageId ?? '';
    const store = {
      write: (shares: readonly WriteShare[]) => writeShares(server.program.postgres.pool, shares),
      writerCount: (id: string, by: string) => eventLog.writerCount(system, id, by),
    };
    const writer = new LogWriter({ store, publish: () => undefined, log, metrics });
    const onLost = vi.fn();
    const { signal } = new AbortController();
    const deps = { db, feeds, eventLog, writer, messages: new MessagesRepository(db) };
    const journal = new SessionJournal(deps, { sessionId, messageId: answer, fence, parts: [], signal, onLost });
    const run = { id: first.runId, agentMessageId: answer };
    const steering = new RunSteering({ runs, service: services.runs }, run, { journal, signal });
    return { db, first, second, steering, journal, onLost, answer: messageId.parse(answer) };
  }
  const stepFinished = (place: { readonly first: SentDto; readonly answer: ReturnType<typeof messageId.parse> }) =>
    ({
      type: 'step.finished',
      runId: place.first.runId,
      messageId: place.answer,
      step: 1,
      usage: { inputTokens: 1, outputTokens: 1 },
    }) as const;
  const written = async (server: RunningProgram) => {
    const { rows } = await server.database.pool.query(
      `SELECT type FROM session_events WHERE session_id = $1 AND seq > 7 ORDER BY seq`,
      [sessionId],
    );
    return rows.map(({ type }) => type);
  };
  const connectionLost = () => new Error('Connection terminated unexpectedly');

  test('without the log takes nothing: the message stays where it is', async () => {
    await using server = await newServer();
    const { steering, second, onLost } = await newPlace(server, false);

    await expect(steering.take(1)).rejects.toBeInstanceOf(LeaseLostError);

    expect(onLost).toHaveBeenCalledOnce();
    expect((await opened(server)).queue.map(({ id }) => id)).toContain(second.runId);
    expect(await written(server)).toEqual([]);
  });

  test('whose answer is lost has happened once, and its run writes on', async () => {
    await using server = await newServer();
    const place = await newPlace(server);
    const { db, steering, journal, onLost } = place;
    const real = db.transaction.bind(db);
    vi.spyOn(db, 'transaction').mockImplementationOnce(async (op, work) => {
      await real(op, work);
      throw connectionLost();
    });

    expect((await steering.take(1)).map(({ type }) => type)).toEqual(['run.steered', 'run.finished']);
    await journal.commit([stepFinished(place)]);

    expect(await written(server)).toEqual(['run.steered', 'run.finished', 'step.finished']);
    expect(onLost).not.toHaveBeenCalled();
    expect(await steering.take(2)).toEqual([]);
  });

  test('that was rolled back is done again', async () => {
    await using server = await newServer();
    const place = await newPlace(server);
    const { db, steering, journal } = place;
    const real = db.transaction.bind(db);
    vi.spyOn(db, 'transaction').mockImplementationOnce(
      async (op, work) =>
        await real(op, async (op) => {
          await work(op);
          throw connectionLost();
        }),
    );

    expect((await steering.take(1)).map(({ type }) => type)).toEqual(['run.steered', 'run.finished']);
    await journal.commit([stepFinished(place)]);

    expect(await written(server)).toEqual(['run.steered', 'run.finished', 'step.finished']);
  });

  test('waits for whoever has the message in hand, and takes nothing that they took away', async () => {
    await using server = await newServer();
    const { steering, second } = await newPlace(server);
    const other = await server.database.pool.connect();
    try {
      await other.query('BEGIN');
      await other.query(`UPDATE runs SET state = 'cancelled', finished_at = now() WHERE id = $1`, [second.runId]);
      const taking = steering.take(1);
      await expect
        .poll(async () => {
          const { rows } = await other.query(`SELECT 1 FROM pg_locks WHERE NOT granted`);
          return rows.length;
        })
        .toBeGreaterThan(0);
      await other.query('COMMIT');

      expect(await taking).toEqual([]);
    } finally {
      other.release();
    }
    expect(await written(server)).toEqual([]);
  });

  test('at the moment at which its sender takes it back is one or the other', async () => {
    await using server = await newServer();
    for (let round = 0; round < 10; round += 1) {
      sessionId = (await newSession(server, ada)).id;
      const { steering, second } = await newPlace(server);
      const [taken] = await Promise.all([
        steering.take(1),
        ask(server, ada, 'runs.stop', { runId: second.runId }, nothing),
      ]);

      const types = await written(server);
      expect(types.filter((type) => type === 'run.finished')).toHaveLength(1);
      expect(types.filter((type) => type === 'run.steered')).toHaveLength(taken.length / 2);
      expect((await opened(server)).queue.map(({ id }) => id)).not.toContain(second.runId);
    }
  });
});
