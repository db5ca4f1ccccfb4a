import { approvalRuleDto } from '@atelier/contracts/approvals';
import { foldEvents } from '@atelier/contracts/fold';
import type { ToolPart } from '@atelier/contracts/parts';
import { transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { emptyTranscript } from '../../../packages/contracts/test/samples.ts';
import { ask, call, wireErrorOf } from './calls.ts';
import { newPerson, newSession, type Person, runStateOf, send, signInTo, untilRun } from './people.ts';
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
});
beforeEach(async () => {
  ada = await newPerson(here);
  sessionId = (await newSession(here, ada)).id;
  await putRule({ tool: 'write_file', pattern: '*', action: 'ask' });
});
afterAll(async () => {
  await there.stop();
  await here.stop();
  expect([here.errors, there.errors]).toEqual([[], []]);
});

const putRule = (rule: object, who = ada) =>
  ask(here, who, 'approvals.putRule', { sessionId: null, ...rule }, approvalRuleDto);
const opened = () => ask(here, ada, 'sessions.open', { sessionId }, transcript);
const fileOf = (path: string) => call(here, 'files.read', { sessionId, path }, { token: ada.token });
const decide = (runId: string, decision: object, over: { by?: RunningProgram; who?: Person; callId?: string } = {}) =>
  call(
    over.by ?? here,
    'runs.decide',
    { runId, callId: over.callId ?? '0-call-1', decision },
    { token: (over.who ?? ada).token },
  );

/** A run that waits for leave to write a file. */
async function waitingRun(text = 'write notes.md: hello'): Promise<{ runId: string; tool: ToolPart }> {
  const { runId } = await send(here, ada, sessionId, text);
  await untilRun(here, runId, 'waiting');
  return { runId, tool: await toolOf(runId) };
}

async function toolOf(runId: string): Promise<ToolPart> {
  const message = (await opened()).messages.find(({ run }) => run?.id === runId);
  const tool = message?.parts.find((part) => part.type === 'tool');
  if (tool?.type !== 'tool') throw new Error('The answer holds no call.');
  return tool;
}

/** The log from its first entry tells what the tables tell. */
async function expectLogAndTablesAgree(): Promise<void> {
  await using socket = await TestSocket.open(there, { params: { token: ada.token } });
  const reader = new LogReader(socket, sessionId);
  const view = await opened();
  await reader.untilSeq(view.seq);
  const whole = foldEvents(emptyTranscript(), reader.events);
  expect(whole.messages.map(({ parts }) => parts)).toEqual(view.messages.map(({ parts }) => parts));
  expect(whole.messages.map(({ run }) => run?.state)).toEqual(view.messages.map(({ run }) => run?.state));
}

describe('a call that is asked for', () => {
  test('waits without a worker and without an effect, and is made with leave, given at another server', async () => {
    const { runId, tool } = await waitingRun();

    expect(tool).toMatchObject({ state: 'waiting', name: 'write_file', request: { kind: 'approval' } });
    expect((await fileOf('notes.md')).status).toBe(404);
    const { rows } = await here.database.pool.query('SELECT lease_owner, lease_until FROM runs WHERE id = $1', [runId]);
    expect(rows).toEqual([{ lease_owner: null, lease_until: null }]);

    expect((await decide(runId, { kind: 'approve', inputText: tool.inputText }, { by: there })).status).toBe(200);
    await untilRun(here, runId, 'succeeded');

    expect((await fileOf('notes.md')).text).toContain('hello');
    expect(await toolOf(runId)).toMatchObject({
      state: 'succeeded',
      decision: { kind: 'approved', isEdited: false, by: { userId: ada.userId, name: 'Ada' } },
    });
    await expectLogAndTablesAgree();
  });

  test('is made with the arguments as the person changed them, and with no others', async () => {
    const { runId } = await waitingRun();
    const inputText = JSON.stringify({ path: 'other.md', text: 'changed' });

    await decide(runId, { kind: 'approve', inputText });
    await untilRun(here, runId, 'succeeded');

    expect((await fileOf('other.md')).text).toContain('changed');
    expect((await fileOf('notes.md')).status).toBe(404);
    expect(await toolOf(runId)).toMatchObject({ title: 'Write other.md', inputText, decision: { isEdited: true } });
    await expectLogAndTablesAgree();
  });

  test('is not made when it is denied, and the model is told why', async () => {
    const { runId } = await waitingRun();

    await decide(runId, { kind: 'deny', reason: 'Not today.' });
    await untilRun(here, runId, 'succeeded');

    expect((await fileOf('notes.md')).status).toBe(404);
    expect(await toolOf(runId)).toMatchObject({
      state: 'failed',
      output: 'The person did not allow this: Not today.',
      decision: { kind: 'denied' },
    });
  });

  test('is decided once: the same again changes nothing, anything else is refused', async () => {
    const { runId, tool } = await waitingRun();
    const leave = { kind: 'approve', inputText: tool.inputText };

    const answers = await Promise.all([here, there, here, there].map((by) => decide(runId, leave, { by })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(wireErrorOf(await decide(runId, { kind: 'deny' })).code).toBe('ask.decided');
    await untilRun(here, runId, 'succeeded');

    const view = await opened();
    await using socket = await TestSocket.open(here, { params: { token: ada.token } });
    const reader = new LogReader(socket, sessionId);
    await reader.untilSeq(view.seq);
    expect(reader.events.filter(({ type }) => type === 'tool.decided')).toHaveLength(1);
    expect(reader.events.filter(({ type }) => type === 'tool.called')).toHaveLength(1);
  });

  test('survives the end of the program that asked', async () => {
    await using first = await startProgram();
    const owner = await newPerson(first);
    const session = await newSession(first, owner);
    await ask(first, owner, 'approvals.putRule', { tool: 'write_file', pattern: '*', action: 'ask' }, approvalRuleDto);
    const { runId } = await send(first, owner, session.id, 'write notes.md: hello');
    await untilRun(first, runId, 'waiting');
    const second = await startProgram({ beside: first });
    try {
      await first.halt();
      const inputText = JSON.stringify({ path: 'notes.md', text: 'hello' });
      const answer = await call(
        second,
        'runs.decide',
        { runId, callId: '0-call-1', decision: { kind: 'approve', inputText } },
        { token: owner.token },
      );
      expect(answer.status).toBe(200);
      await untilRun(second, runId, 'succeeded');
    } finally {
      await second.stop();
    }
  });

  test('may wait longer than three workers live: that is not counted against it', async () => {
    for (let n = 0; n < 4; n += 1) {
      const { runId, tool } = await waitingRun(`write ${n}.md: hello`);
      await decide(runId, { kind: 'approve', inputText: tool.inputText }, { callId: tool.callId });
      await untilRun(here, runId, 'succeeded');
      const { rows } = await here.database.pool.query('SELECT attempt FROM runs WHERE id = $1', [runId]);
      expect(rows).toEqual([{ attempt: 1 }]);
    }
  });

  test('is given up when nobody decides in time', async () => {
    const { runId } = await waitingRun();
    await here.database.pool.query(
      `UPDATE run_requests SET expires_at = now() - interval '1 second' WHERE run_id = $1`,
      [runId],
    );

    await here.program.services.runRequests.expireOverdue();
    await untilRun(here, runId, 'succeeded');

    expect(await toolOf(runId)).toMatchObject({ state: 'failed', decision: { kind: 'expired', by: null } });
    expect(wireErrorOf(await decide(runId, { kind: 'deny' })).code).toBe('ask.decided');
    await expectLogAndTablesAgree();
  });

  test('ends with its run when that is stopped, and nothing was done', async () => {
    const { runId, tool } = await waitingRun();

    expect((await call(here, 'runs.stop', { runId }, { token: ada.token })).status).toBe(200);
    await untilRun(here, runId, 'cancelled');

    expect((await fileOf('notes.md')).status).toBe(404);
    expect(await toolOf(runId)).toMatchObject({ state: 'cancelled' });
    const late = await decide(runId, { kind: 'approve', inputText: tool.inputText });
    expect(wireErrorOf(late).code).toBe('ask.decided');
    await expectLogAndTablesAgree();
  });

  test('keeps what is sent meanwhile in the queue', async () => {
    const { runId } = await waitingRun();
    const next = await send(here, ada, sessionId, 'count to 1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await runStateOf(here, next.runId)).toBe('queued');

    await decide(runId, { kind: 'deny' });
    await untilRun(here, next.runId, 'succeeded');
    expect(await runStateOf(here, runId)).toBe('succeeded');
  });

  test('for this session is asked for no more there, and is elsewhere', async () => {
    const { runId, tool } = await waitingRun();
    await decide(runId, { kind: 'approve', inputText: tool.inputText, isForSession: true });
    await untilRun(here, runId, 'succeeded');

    const again = await send(here, ada, sessionId, 'write notes.md: once more');
    await untilRun(here, again.runId, 'succeeded');
    const rules = await ask(here, ada, 'approvals.rules', { sessionId }, z.array(approvalRuleDto));
    expect(rules.map(({ scope, tool, pattern, action }) => [scope, tool, pattern, action])).toEqual([
      ['person', 'write_file', '*', 'ask'],
      ['session', 'write_file', 'notes.md', 'allow'],
    ]);

    sessionId = (await newSession(here, ada)).id;
    const elsewhere = await send(here, ada, sessionId, 'write notes.md: hello');
    await untilRun(here, elsewhere.runId, 'waiting');
  });
});

describe('what is wrong', () => {
  test.each([
    ['no call of this name', { kind: 'deny' }, '0-none', 'ask.not_found'],
    ['an answer where leave was asked', { kind: 'answer', text: 'Yes' }, '0-call-1', 'ask.not_found'],
    ['changed arguments that are no JSON', { kind: 'approve', inputText: '{' }, '0-call-1', 'ask.input_invalid'],
    ['changed arguments that are a list', { kind: 'approve', inputText: '[1]' }, '0-call-1', 'ask.input_invalid'],
  ])('%s is refused, and the call waits on', async (_what, decision, callId, code) => {
    const { runId } = await waitingRun();

    expect(wireErrorOf(await decide(runId, decision, { callId })).code).toBe(code);
    expect(await runStateOf(here, runId)).toBe('waiting');
  });

  test("AT-04: somebody else's call is not found, like none; nothing happens to it", async () => {
    const { runId, tool } = await waitingRun();
    const mallory = await newPerson(here, 'Mallory');
    const leave = { kind: 'approve', inputText: tool.inputText };

    const theirs = await decide(runId, leave, { who: mallory });
    const none = await decide(newId(), leave, { who: mallory });
    expect([theirs.status, theirs.text]).toEqual([404, none.text]);
    const viewer = await signInTo(here, mallory, ada.organisationId, { role: 'viewer' });
    expect((await decide(runId, leave, { who: { ...mallory, token: viewer } })).status).toBe(403);
    expect(await runStateOf(here, runId)).toBe('waiting');
  });
});

describe('a rule', () => {
  test('of a person is theirs alone, and is changed by another of the same pattern', async () => {
    const bea = await newPerson(here, 'Bea');
    const first = await putRule({ tool: 'read_file', pattern: '.env*', action: 'deny' });
    const second = await putRule({ tool: 'read_file', pattern: '.env*', action: 'allow' });
    expect(second).toEqual({ ...first, action: 'allow' });

    expect(await ask(here, bea, 'approvals.rules', {}, z.array(approvalRuleDto))).toEqual([]);
    const taken = await call(here, 'approvals.removeRule', { ruleId: first.id }, { token: bea.token });
    expect(taken.status).toBe(404);
    await ask(here, ada, 'approvals.removeRule', { ruleId: first.id }, z.object({}));
    expect((await ask(here, ada, 'approvals.rules', {}, z.array(approvalRuleDto))).map(({ tool }) => tool)).toEqual([
      'write_file',
    ]);
  });

  test('that denies keeps a call from being made, and says so to the model', async () => {
    await putRule({ tool: 'write_file', pattern: 'secret*', action: 'deny' });
    const { runId } = await send(here, ada, sessionId, 'write secret.md: hello');
    await untilRun(here, runId, 'succeeded');

    expect(await toolOf(runId)).toMatchObject({ state: 'failed', output: 'A rule denies this: write_file secret*.' });
    expect((await fileOf('secret.md')).status).toBe(404);
  });

  test('of the organisation is made by its administrators, holds for everybody in it, and is in the audit record', async () => {
    const bea = await newPerson(here, 'Bea');
    const rule = { tool: 'write_file', pattern: '*.lock', action: 'deny' };
    const admin = await signInTo(here, bea, ada.organisationId, { role: 'member' });
    expect((await call(here, 'approvals.putOrganisationRule', rule, { token: admin })).status).toBe(403);

    await ask(here, ada, 'approvals.putOrganisationRule', rule, approvalRuleDto);
    const { runId } = await send(here, ada, sessionId, 'write package.lock: hello');
    await untilRun(here, runId, 'succeeded');
    expect(await toolOf(runId)).toMatchObject({ state: 'failed' });
    const { rows } = await here.database.pool.query(
      `SELECT action, change->'after'->>'pattern' AS pattern FROM audit_events
        WHERE organisation_id = $1 AND action LIKE 'approval_rule%'`,
      [ada.organisationId],
    );
    expect(rows).toEqual([{ action: 'approval_rule.changed', pattern: '*.lock' }]);
  });

  test('is one of two hundred at most', async () => {
    await here.database.pool.query(
      `INSERT INTO approval_rules (id, organisation_id, user_id, tool, pattern, action, created_at)
       SELECT gen_random_uuid(), $1, $2, 'x', 'p' || n, 'allow', now() FROM generate_series(1, 199) n`,
      [ada.organisationId, ada.userId],
    );
    const rule = { tool: 'x', pattern: 'one more', action: 'allow' };
    expect(wireErrorOf(await call(here, 'approvals.putRule', rule, { token: ada.token })).code).toBe('rule.too_many');
  });
});

test('leave and refusal are in the audit record, with what proves the arguments and not the arguments', async () => {
  const { runId, tool } = await waitingRun('write notes.md: canary-of-arguments');
  await decide(runId, { kind: 'approve', inputText: tool.inputText });
  await untilRun(here, runId, 'succeeded');

  const { rows } = await here.database.pool.query(
    `SELECT action, target_id, change FROM audit_events WHERE organisation_id = $1 AND action LIKE 'call.%'`,
    [ada.organisationId],
  );
  expect(rows).toMatchObject([{ action: 'call.approved', target_id: runId }]);
  expect(JSON.stringify(rows)).toMatch(/argumentsSha256":"[0-9a-f]{64}/);
  expect(JSON.stringify(rows)).not.toContain('canary-of-arguments');
});
