import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { approvalRuleDto } from '@atelier/contracts/approvals';
import { type FoundRunDto, foundRunsPage, type TraceDto, traceDto } from '@atelier/contracts/traces';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, call, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, send, signInTo, takeOver, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';

let running: RunningProgram;
let ada: Person;
let sessionId: string;

beforeAll(async () => {
  running = await startProgram();
});
beforeEach(async () => {
  ada = await newPerson(running);
  sessionId = (await newSession(running, ada)).id;
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

async function traceOf(runId: string, at = running, who = ada): Promise<TraceDto> {
  return await ask(at, who, 'traces.ofRun', { runId }, traceDto);
}

/** The trace of a run that has ended, once all of it is written. */
async function wholeTraceOf(runId: string, turns = 1): Promise<TraceDto> {
  const turnsOf = async () => (await traceOf(runId)).spans.filter(({ kind }) => kind === 'agent_turn');
  await expect.poll(turnsOf, { timeout: 10_000 }).toHaveLength(turns);
  return await traceOf(runId);
}

async function finishedRun(words = 'count to 3'): Promise<string> {
  const { runId } = await send(running, ada, sessionId, words);
  await untilRun(running, runId, 'succeeded');
  return runId;
}

const search = (input: object, who: { readonly token: string } = ada) =>
  ask(running, who, 'traces.search', input, foundRunsPage);
const idsOf = ({ items }: { readonly items: readonly FoundRunDto[] }) => items.map(({ id }) => id);

describe('a trace', () => {
  test('holds what a run did, in order, and what it came to', async () => {
    const { spans, totals, isCut } = await wholeTraceOf(await finishedRun('write notes.md: canary'));

    expect(spans.map(({ kind, name, status }) => [kind, name, status])).toEqual([
      ['agent_turn', 'invoke_agent', 'ok'],
      ['llm_call', 'chat offline', 'ok'],
      ['tool_call', 'execute_tool write_file', 'ok'],
      ['llm_call', 'chat offline', 'ok'],
    ]);
    const [turn, ...parts] = spans;
    expect(parts.map(({ parentId }) => parentId)).toEqual(parts.map(() => turn?.id));
    expect(turn?.attributes).toMatchObject({ 'gen_ai.conversation.id': sessionId, 'atelier.run.state': 'succeeded' });
    expect(spans[2]?.attributes).toMatchObject({ 'gen_ai.tool.call.id': '0-call-1' });
    expect(totals).toMatchObject({ attempts: 2, failedAttempts: 0 });
    expect(totals.outputTokens).toBeGreaterThan(0);
    expect(totals.timeToFirstTokenMs).not.toBeNull();
    expect(isCut).toBe(false);
    // V-59: what was said is in the transcript, and nowhere else.
    expect(JSON.stringify(spans)).not.toContain('canary');
  });

  test('says how long a person was waited for, and has a turn for each time that the run was taken up', async () => {
    const rule = { sessionId: null, tool: 'write_file', pattern: '*', action: 'ask' };
    await ask(running, ada, 'approvals.putRule', rule, approvalRuleDto);
    const { runId } = await send(running, ada, sessionId, 'write notes.md: hello');
    await untilRun(running, runId, 'waiting');
    const decision = { kind: 'deny', reason: '' };

    await call(running, 'runs.decide', { runId, callId: '0-call-1', decision }, { token: ada.token });
    await untilRun(running, runId, 'succeeded');

    const { spans } = await wholeTraceOf(runId, 2);
    const turns = spans.filter(({ kind }) => kind === 'agent_turn');
    expect(turns.map(({ attributes }) => attributes['atelier.run.state'])).toEqual(['waiting', 'succeeded']);
    expect(spans.filter(({ kind }) => kind === 'approval_wait')).toMatchObject([
      { parentId: turns[1]?.id, attributes: { 'atelier.decision': 'denied', 'gen_ai.tool.name': 'write_file' } },
    ]);
  });

  test('of a run whose worker was lost holds the call that it was at, and says so', async () => {
    await using other = await startProgram({ beside: running, roles: { server: false, worker: true } });
    const rule = { sessionId, tool: 'run_command', pattern: '*', action: 'allow' };
    await ask(running, ada, 'approvals.putRule', rule, approvalRuleDto);
    const { runId } = await send(running, ada, sessionId, 'run echo begun && sleep 600');
    const isUnderWay = async () =>
      (
        await running.database.pool.query(
          `SELECT 1 FROM session_events WHERE session_id = $1 AND type = 'tool.output_delta'`,
          [sessionId],
        )
      ).rowCount;
    await expect.poll(isUnderWay).toBe(1);

    await takeOver(other, runId);
    await untilRun(running, runId, 'succeeded');

    const { spans } = await wholeTraceOf(runId, 2);
    const lost = spans.filter(({ attributes }) => attributes['error.type'] === 'worker_lost');
    expect(lost).toMatchObject([
      { kind: 'tool_call', status: 'error', attributes: { 'gen_ai.tool.name': 'run_command', 'atelier.step': 0 } },
    ]);
  });

  test('is nobody else’s: an administrator and a stranger are told that there is no such run', async () => {
    const runId = await finishedRun();
    await wholeTraceOf(runId);
    const admin = await newPerson(running, 'Bea');
    const token = await signInTo(running, admin, ada.organisationId, { role: 'admin' });

    for (const way of [{ token }, { token: admin.token }]) {
      const answer = await call(running, 'traces.ofRun', { runId }, way);
      expect([answer.status, wireErrorOf(answer).code]).toEqual([404, 'run.not_found']);
    }
  });

  test('is shown to an administrator of the organisation as one of the runs found, without what was said in it', async () => {
    const runId = await finishedRun();
    const { spans } = await wholeTraceOf(runId);
    const said = { 'gen_ai.input.messages': 'canary', 'gen_ai.tool.call.result': 'canary' };
    await running.database.pool.query('UPDATE spans SET attributes = attributes || $2::jsonb WHERE run_id = $1', [
      runId,
      said,
    ]);
    const admin = await newPerson(running, 'Bea');
    const [asAdmin, asMember] = [
      await signInTo(running, admin, ada.organisationId, { role: 'admin' }),
      await signInTo(running, await newPerson(running, 'Cleo'), ada.organisationId),
    ];

    const found = await ask(running, { token: asAdmin }, 'traces.ofFoundRun', { runId }, traceDto);
    expect(found.spans).toEqual(spans);
    expect(JSON.stringify(await traceOf(runId))).toContain('canary');
    const refusals = [{ token: asMember }, { token: admin.token }].map((way) =>
      call(running, 'traces.ofFoundRun', { runId }, way),
    );
    expect((await Promise.all(refusals)).map((answer) => wireErrorOf(answer).code)).toEqual([
      'permission.denied',
      'run.not_found',
    ]);
  });

  test('goes with its session', async () => {
    const runId = await finishedRun();
    await wholeTraceOf(runId);

    expect((await call(running, 'sessions.remove', { sessionId }, { token: ada.token })).status).toBe(200);

    const { rows } = await running.database.pool.query('SELECT 1 FROM spans WHERE run_id = $1', [runId]);
    expect(rows).toEqual([]);
  });

  test('of a run that is gone before it is written fails nothing, and is left out', async () => {
    const { spans } = running.program;
    const tracer = spans.tracerOf({ id: newId(), sessionId });
    const runId = await finishedRun();

    tracer.start('agent_turn', 'of a run that is gone').end();
    spans.tracerOf({ id: runId, sessionId }).start('sandbox', 'of one that is there').end();
    await spans.flush();

    const { rows } = await running.database.pool.query(`SELECT name FROM spans WHERE name LIKE 'of %'`);
    expect(rows).toEqual([{ name: 'of one that is there' }]);
  });
});

describe('the search', () => {
  test('finds the runs of everybody in the organisation, newest first, and of no other', async () => {
    const first = await finishedRun();
    const second = await finishedRun();
    const bea = await newPerson(running, 'Bea');
    const member = await signInTo(running, bea, ada.organisationId);
    const theirs = await newSession(running, { token: member });
    const { runId } = await send(running, { token: member }, theirs.id, 'count to 3');
    await untilRun(running, runId, 'succeeded');

    const all = await search({});

    expect(idsOf(all)).toEqual([runId, second, first]);
    expect(all.items.map(({ user }) => user.name)).toEqual(['Bea', 'Ada', 'Ada']);
    expect(all.items[0]).toMatchObject({ state: 'succeeded', errorCode: null, attempt: 1, cost: 0 });
    expect(idsOf(await search({ userId: bea.userId }))).toEqual([runId]);
    expect(idsOf(await search({}, bea))).toEqual([]);
  });

  test('is narrowed by state, model, duration, cost, failure and time', async () => {
    const [plain, slow, dear, failed] = [
      await finishedRun(),
      await finishedRun(),
      await finishedRun(),
      await finishedRun(),
    ];
    const { pool } = running.database;
    await pool.query(`UPDATE runs SET started_at = finished_at - interval '90 s', model = 'Slow One' WHERE id = $1`, [
      slow,
    ]);
    await pool.query(`UPDATE runs SET cost = 5000, queued_at = '2020-05-05' WHERE id = $1`, [dear]);
    await pool.query(
      `UPDATE runs SET state = 'failed', error = '{"code":"provider.cut","message":"","retryable":true}' WHERE id = $1`,
      [failed],
    );

    expect(idsOf(await search({ minDurationMs: 60_000 }))).toEqual([slow]);
    expect(idsOf(await search({ model: 'slow o' }))).toEqual([slow]);
    expect(idsOf(await search({ minCost: 5000 }))).toEqual([dear]);
    expect(idsOf(await search({ minCost: 5001 }))).toEqual([]);
    expect((await search({ isFailed: true })).items).toMatchObject([{ id: failed, errorCode: 'provider.cut' }]);
    expect(idsOf(await search({ state: 'failed' }))).toEqual([failed]);
    expect(idsOf(await search({ from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' }))).toEqual([dear]);
    expect(idsOf(await search({ from: '2021-01-01T00:00:00Z', state: 'succeeded' }))).toEqual([slow, plain]);
  });

  test('is read in pages that neither repeat a run nor leave one out', async () => {
    const made = [await finishedRun(), await finishedRun(), await finishedRun()];
    // Queued in the same millisecond.
    await running.database.pool.query(`UPDATE runs SET queued_at = '2024-01-01' WHERE id = ANY($1::uuid[])`, [made]);

    const first = await search({ limit: 2 });
    const second = await search({ limit: 2, cursor: first.nextCursor });

    expect([...idsOf(first), ...idsOf(second)].toSorted()).toEqual(made.toSorted());
    expect(second.nextCursor).toBeNull();
    const answer = await call(running, 'traces.search', { cursor: 'made-up' }, { token: ada.token });
    expect(wireErrorOf(answer).code).toBe('request.invalid');
  });
});

test('prompts, arguments and outputs are recorded when the installation says so', async () => {
  await using recording = await startProgram({ env: { TRACE_CONTENT: '1' } });
  const person = await newPerson(recording);
  const session = await newSession(recording, person);
  const { runId } = await send(recording, person, session.id, 'write notes.md: canary');
  await untilRun(recording, runId, 'succeeded');
  await recording.program.spans.flush();

  const { spans } = await traceOf(runId, recording, person);

  const [, asked, made] = spans.map(({ attributes }) => attributes);
  expect(asked?.['gen_ai.input.messages']).toContain('canary');
  expect(made?.['gen_ai.tool.call.arguments']).toContain('canary');
  expect(made?.['gen_ai.tool.call.result']).toContain('notes.md');
});

test('with an endpoint set, spans are exported by the time the program has stopped', async () => {
  const bodies: string[] = [];
  const collector = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  // A server that listens at a port has no path for an address.
  const { port } = collector.address() as AddressInfo;
  const exporting = await startProgram({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
  const person = await newPerson(exporting);
  const session = await newSession(exporting, person);
  const { runId } = await send(exporting, person, session.id, 'count to 3');
  await untilRun(exporting, runId, 'succeeded');

  await exporting.stop();
  await new Promise((resolve) => collector.close(resolve));

  const sent = bodies.join('');
  expect(sent).toContain(`"traceId":"${runId.replaceAll('-', '')}"`);
  for (const kind of ['agent_turn', 'llm_call']) expect(sent).toContain(`"stringValue":"${kind}"`);
});
