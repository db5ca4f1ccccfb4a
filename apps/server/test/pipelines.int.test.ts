import { agentDetail } from '@atelier/contracts/agents';
import { foldEvents } from '@atelier/contracts/fold';
import { sentDto } from '@atelier/contracts/messages';
import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { pipelineDetail, pipelineResult, startedPipeline } from '@atelier/contracts/pipelines';
import { sessionPage } from '@atelier/contracts/sessions';
import { transcript } from '@atelier/contracts/transcript';
import { newId } from '@atelier/kernel/ids';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { emptyTranscript } from '../../../packages/contracts/test/samples.ts';
import { lengthOfGoal } from '../src/modules/pipelines/stage-messages.ts';
import { ask, call, refusal } from './calls.ts';
import { addModels, newProvider } from './model-arrangements.ts';
import { newOwner, newPerson, newSession, type Person, runStateOf, send, signInTo, untilRun } from './people.ts';
import { type RunningProgram, startProgram } from './running-program.ts';
import { LogReader, TestSocket } from './test-socket.ts';

const nothing = z.strictObject({});

let running: RunningProgram;
/** Owns the installation, and an organisation of her own. */
let ada: Person;
/** Somebody else. */
let bea: Person;
beforeAll(async () => {
  running = await startProgram();
  [ada, bea] = [await newOwner(running), await newPerson(running, 'Bea')];
});
afterAll(async () => {
  await running.stop();
  expect(running.errors).toEqual([]);
});

const ofStage = (goal: string, more: object = {}) => ({ name: goal.slice(0, 40), goal, ...more });
const create = (stages: readonly object[], router = 'pipelines') =>
  ask(running, ada, `${router}.create`, { content: { name: 'Write & check', stages } }, pipelineDetail);

async function start(stages: readonly object[], input: object = {}) {
  const { id: pipelineId } = await create(stages);
  return await ask(running, ada, 'pipelines.start', { pipelineId, clientId: newId(), ...input }, startedPipeline);
}

const opened = (sessionId: string) => ask(running, ada, 'sessions.open', { sessionId }, transcript);

async function pipelineIn(sessionId: string): Promise<PipelineRunDto> {
  const { pipeline } = await opened(sessionId);
  if (!pipeline) throw new Error('The session has no pipeline.');
  return pipeline;
}

async function until(sessionId: string, state: PipelineRunDto['state']): Promise<PipelineRunDto> {
  await expect.poll(async () => (await pipelineIn(sessionId)).state, { timeout: 20_000, interval: 25 }).toBe(state);
  return await pipelineIn(sessionId);
}

const tried = ({ attempts }: PipelineRunDto) =>
  attempts.map(({ position, attempt, state }) => `${position + 1}.${attempt} ${state}`);
const asked = async (sessionId: string) =>
  (await opened(sessionId)).messages.flatMap(({ role, parts }) =>
    role === 'user' && parts[0]?.type === 'text' ? [parts[0].text] : [],
  );
const decide = async (pipeline: PipelineRunDto, decision: object) => {
  const stageRunId = pipeline.attempts.at(-1)?.id;
  await ask(running, ada, 'pipelines.decide', { pipelineRunId: pipeline.id, stageRunId, decision }, nothing);
};
const result = (pipelineRunId: string, format: 'markdown' | 'json') =>
  ask(running, ada, 'pipelines.result', { pipelineRunId, format }, pipelineResult);

/** The log from its first entry tells what the tables tell. */
async function expectLogAndTablesAgree(sessionId: string): Promise<void> {
  await using socket = await TestSocket.open(running, { params: { token: ada.token } });
  const reader = new LogReader(socket, sessionId);
  const view = await opened(sessionId);
  await reader.untilSeq(view.seq);
  expect(foldEvents(emptyTranscript(), reader.events).pipeline).toEqual(view.pipeline);
}

describe('stages without a gate', () => {
  test('are gone through in order, in one session, with what the pipeline was started with', async () => {
    const { sessionId } = await start([ofStage('write a.md: {{input}}'), ofStage('read a.md')], {
      input: 'to be $& or not',
    });

    const done = await until(sessionId, 'succeeded');

    expect(tried(done)).toEqual(['1.1 succeeded', '2.1 succeeded']);
    expect(await asked(sessionId)).toEqual(['write a.md: to be $& or not', 'read a.md']);
    expect(done.finishedAt).not.toBeNull();
    expect((await opened(sessionId)).session.title).toBe('Write & check');
    await expectLogAndTablesAgree(sessionId);
  });

  test('are started once for one id, and one pipeline at a time in a session', async () => {
    const { id: pipelineId } = await create([ofStage('help', { gate: { kind: 'person' } }), ofStage('help')]);
    const input = { pipelineId, clientId: newId() };
    const [first, again] = await Promise.all(
      [0, 1].map(() => ask(running, ada, 'pipelines.start', input, startedPipeline)),
    );
    expect(first).toEqual(again);
    const { sessionId } = first ?? { sessionId: '' };
    await until(sessionId, 'waiting');

    const second = { pipelineId, clientId: newId(), sessionId };
    expect(await refusal(running, ada, 'pipelines.start', second)).toMatchObject({ code: 'pipeline.active' });
    expect(await refusal(running, bea, 'pipelines.start', second)).toMatchObject({ code: 'pipeline.not_found' });
  });

  test('leave no session behind when they are refused, and begin under the same id when that is mended', async () => {
    const agent = await ask(running, ada, 'agents.create', { content: { name: 'Short-lived' } }, agentDetail);
    const { id: pipelineId, revision } = await create([ofStage('help'), ofStage('help', { agentId: agent.id })]);
    await ask(running, ada, 'agents.archive', { agentId: agent.id }, nothing);
    const input = { pipelineId, clientId: newId() };
    const sessions = async () =>
      (await ask(running, ada, 'sessions.list', { status: 'all' }, sessionPage)).items.map(({ id }) => id);
    const before = await sessions();

    expect(await refusal(running, ada, 'pipelines.start', input)).toMatchObject({
      code: 'pipeline.agent_gone',
    });
    const model = { kind: 'model', modelId: newId() };
    expect(await refusal(running, ada, 'pipelines.start', { ...input, model })).toMatchObject({
      code: 'model.not_found',
    });
    expect(await sessions()).toEqual(before);

    const content = { name: 'Mended', stages: [ofStage('help'), ofStage('help')] };
    await ask(running, ada, 'pipelines.update', { pipelineId, revision, content }, pipelineDetail);
    const { sessionId } = await ask(running, ada, 'pipelines.start', input, startedPipeline);
    expect(await sessions()).toEqual([sessionId, ...before]);
    await until(sessionId, 'succeeded');
  });

  test('stop where one fails, and go on from there', async () => {
    await using server = await startModelServer({ models: ['broken'] });
    const provider = await newProvider(running, ada, { baseUrl: server.url, apiKey: 'wrong' });
    const [model] = await addModels(running, ada, provider.id, 'broken');
    const content = { name: 'Broken', model: { kind: 'model', modelId: model?.id } };
    const agent = await ask(running, ada, 'agents.create', { content }, agentDetail);
    // Whoever follows no agent has the offline model: the organisation may not use this one by default.
    const { sessionId } = await start([
      ofStage('[[say one]]', { agentId: agent.id }),
      ofStage('[[say two]]', { agentId: agent.id }),
    ]);
    const failed = await until(sessionId, 'failed');
    expect(tried(failed)).toEqual(['1.1 failed']);
    expect(failed.attempts[0]?.comment).toContain('refused the API key');
    expect(failed.stages[0]?.agent).toBe('Broken');

    await ask(running, ada, 'providers.connect', { providerId: provider.id, apiKey: server.key }, z.unknown());
    await ask(running, ada, 'pipelines.runAgain', { pipelineRunId: failed.id }, nothing);

    expect(tried(await until(sessionId, 'succeeded'))).toEqual(['1.1 failed', '1.2 succeeded', '2.1 succeeded']);
    // What a provider said is no judgement of what was written.
    expect((await asked(sessionId)).join(' ')).not.toContain('not accepted');
    expect(await refusal(running, ada, 'pipelines.runAgain', { pipelineRunId: failed.id })).toMatchObject({
      code: 'pipeline.not_stopped',
    });
    await running.database.pool.query('DELETE FROM model_providers');
  });
});

describe("a person's gate", () => {
  test('holds the pipeline until its owner approves, or sends the stage back with a comment', async () => {
    const stages = [ofStage('write a.md: one', { gate: { kind: 'person' } }), ofStage('list files')];
    const { sessionId, pipelineRunId } = await start(stages);
    const waiting = await until(sessionId, 'waiting');
    expect((await opened(sessionId)).session.isWaiting).toBe(true);

    const stageRunId = waiting.attempts[0]?.id;
    const approve = { pipelineRunId, stageRunId, decision: { kind: 'approve' } };
    expect(await refusal(running, bea, 'pipelines.decide', approve)).toMatchObject({ code: 'pipeline.not_found' });
    await decide(waiting, { kind: 'send_back', comment: 'Shorter.' });
    expect(await refusal(running, ada, 'pipelines.decide', approve)).toMatchObject({ code: 'pipeline.decided' });
    await decide(await until(sessionId, 'waiting'), { kind: 'approve' });
    const done = await until(sessionId, 'succeeded');

    expect(tried(done)).toEqual(['1.1 rejected', '1.2 succeeded', '2.1 succeeded']);
    expect(done.attempts[0]?.comment).toBe('Shorter.');
    expect((await asked(sessionId))[1]).toContain('Your last result was not accepted: Shorter.');
    await expectLogAndTablesAgree(sessionId);
  });
});

describe('at the gate', () => {
  const gated = [ofStage('help', { gate: { kind: 'person' } }), ofStage('help')];
  const decision = { kind: 'send_back', comment: 'Again.' };

  test('of an archived session nothing begins until that is restored', async () => {
    const { sessionId, pipelineRunId } = await start(gated);
    const waiting = await until(sessionId, 'waiting');
    const stageRunId = waiting.attempts[0]?.id;
    await ask(running, ada, 'sessions.archive', { sessionId }, z.unknown());

    const input = { pipelineRunId, stageRunId, decision: { kind: 'approve' } };
    expect(await refusal(running, ada, 'pipelines.decide', input)).toMatchObject({ code: 'session.archived' });
    await ask(running, ada, 'sessions.restore', { sessionId }, z.unknown());
    await decide(waiting, { kind: 'approve' });
    await until(sessionId, 'succeeded');
  });

  test('two that decide at once are one that has, and one that is told', async () => {
    const { sessionId, pipelineRunId } = await start(gated);
    const stageRunId = (await until(sessionId, 'waiting')).attempts[0]?.id;
    const input = { pipelineRunId, stageRunId, decision };
    const answers = await Promise.all(
      [0, 1, 2].map(() => call(running, 'pipelines.decide', input, { token: ada.token })),
    );

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(tried(await until(sessionId, 'waiting'))).toEqual(['1.1 rejected', '1.2 waiting']);
  });

  test('a stage is given back a hundred times at most', async () => {
    const { sessionId, pipelineRunId } = await start(gated);
    const [attempt] = (await until(sessionId, 'waiting')).attempts;
    await running.database.pool.query(
      `INSERT INTO pipeline_stage_runs (id, pipeline_run_id, position, attempt, state, run_id, started_at, finished_at)
       SELECT gen_random_uuid(), $1, 0, n, 'rejected', $2, now(), now() FROM generate_series(2, 100) AS n`,
      [pipelineRunId, attempt?.runId],
    );

    const input = { pipelineRunId, stageRunId: attempt?.id, decision };
    expect(await refusal(running, ada, 'pipelines.decide', input)).toMatchObject({ code: 'pipeline.too_many_tries' });
    await ask(running, ada, 'pipelines.stop', { pipelineRunId }, nothing);
    expect(await refusal(running, ada, 'pipelines.runAgain', { pipelineRunId })).toMatchObject({
      code: 'pipeline.too_many_tries',
    });
  });
});

test('a little text does not become a huge goal', async () => {
  const { id: pipelineId } = await create([ofStage('help'), { name: 'Many', goal: '{{input}}'.repeat(2000) }]);
  const input = { pipelineId, clientId: newId(), input: 'x'.repeat(20_000) };

  expect(await refusal(running, ada, 'pipelines.start', input)).toMatchObject({ code: 'pipeline.goal_too_long' });
  expect(lengthOfGoal('a {{input}} b {{input}}', 'word')).toBe('a word b word'.length);
});

test('a member who is removed while a stage runs has no further one begin', async () => {
  const cem = await newPerson(running, 'Cem');
  const member = { token: await signInTo(running, cem, ada.organisationId) };
  const content = { name: 'P', stages: [ofStage('count to 50'), ofStage('help')] };
  const { id: pipelineId } = await ask(running, member, 'pipelines.create', { content }, pipelineDetail);
  running.clock.hold();
  const input = { pipelineId, clientId: newId() };
  const { pipelineRunId } = await ask(running, member, 'pipelines.start', input, startedPipeline);
  const attempts = async () =>
    (
      await running.database.pool.query(
        `SELECT a.position, a.state, a.run_id AS "runId" FROM pipeline_stage_runs a WHERE a.pipeline_run_id = $1`,
        [pipelineRunId],
      )
    ).rows;
  const { runId } = (await attempts())[0];
  await expect.poll(() => runStateOf(running, runId)).toBe('running');

  await ask(running, ada, 'organisations.removeMember', { userId: cem.userId }, z.unknown());
  await untilRun(running, runId, 'interrupted');
  running.clock.release();

  await expect.poll(attempts, { timeout: 10_000 }).toEqual([{ position: 0, state: 'failed', runId }]);
  expect((await refusal(running, member, 'pipelines.runAgain', { pipelineRunId })).code).not.toBe(
    'pipeline.not_stopped',
  );
});

test('an agent that is archived while its pipeline is under way goes on with it', async () => {
  const agent = await ask(running, ada, 'agents.create', { content: { name: 'Gone', tools: [] } }, agentDetail);
  const { sessionId } = await start([
    ofStage('help', { gate: { kind: 'person' } }),
    ofStage('list files', { agentId: agent.id }),
  ]);
  const waiting = await until(sessionId, 'waiting');
  await ask(running, ada, 'agents.archive', { agentId: agent.id }, nothing);

  await decide(waiting, { kind: 'approve' });

  expect((await until(sessionId, 'succeeded')).stages[1]?.agent).toBe('Gone');
  const { messages } = await opened(sessionId);
  expect(JSON.stringify(messages.at(-1)?.parts)).toContain('There is no tool list_files.');
});

describe('a check', () => {
  const checked = (instructions: string) => ofStage('write a.md: one', { gate: { kind: 'check', instructions } });

  test('that passes lets the next stage begin, and says why', async () => {
    const { sessionId } = await start([checked('verdict pass: it is there'), ofStage('list files')]);

    const done = await until(sessionId, 'succeeded');

    expect(tried(done)).toEqual(['1.1 succeeded', '2.1 succeeded']);
    expect(done.attempts[0]).toMatchObject({ comment: 'it is there', checkRunId: expect.any(String) });
    const [, question] = await asked(sessionId);
    expect(question).toContain('> write a.md: one');
    expect(question).toContain('> Done. ');
  });

  test('gives the stage back twice, with its reason, and then fails it', async () => {
    const { sessionId } = await start([checked('verdict fail: too short'), ofStage('list files')]);

    const failed = await until(sessionId, 'failed');

    expect(tried(failed)).toEqual(['1.1 rejected', '1.2 rejected', '1.3 failed']);
    expect(failed.attempts.map(({ comment }) => comment)).toEqual(Array(3).fill('too short'));
    const toldWhy = async () =>
      (await asked(sessionId)).filter((text) => text.includes('not accepted: too short')).length;
    expect(await toldWhy()).toBe(2);
    await ask(running, ada, 'pipelines.runAgain', { pipelineRunId: failed.id }, nothing);
    await expect.poll(toldWhy).toBeGreaterThanOrEqual(3);
    await until(sessionId, 'failed');
  });

  test('that gives no verdict fails the stage', async () => {
    const { sessionId } = await start([checked('help'), ofStage('list files')]);

    expect((await until(sessionId, 'failed')).attempts[0]?.comment).toBe('The check ended without a verdict.');
  });

  test('has no tool that changes files', async () => {
    const { sessionId } = await start([checked('write evil.md: gone'), ofStage('list files')]);
    await until(sessionId, 'failed');

    expect((await call(running, 'files.read', { sessionId, path: 'evil.md' }, { token: ada.token })).status).toBe(404);
  });

  describe('over the wire', () => {
    let server: ModelServer;
    beforeAll(async () => {
      server = await startModelServer({ models: ['scripted'] });
      const { id } = await newProvider(running, ada, { baseUrl: server.url, apiKey: server.key });
      await addModels(running, ada, id, 'scripted');
    });
    afterAll(async () => {
      await running.database.pool.query('DELETE FROM model_providers');
      await server.close();
    });

    test('sees its question and nothing else; what it says is no part of what later stages see', async () => {
      const instructions = 'canary-check [[tool verdict {"pass": true, "reason": "fine"}]]';
      const { sessionId } = await start([
        ofStage('canary-goal [[say canary-answer]]', { gate: { kind: 'check', instructions } }),
        ofStage('canary-next [[say done]]'),
      ]);
      await until(sessionId, 'succeeded');

      const bodies = server.requests.map(({ body }) => JSON.stringify(body));
      const check = bodies.find((body) => body.includes('canary-check')) ?? '';
      const { messages } = z.object({ messages: z.array(z.object({ role: z.string() })) }).parse(JSON.parse(check));
      expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
      expect(check).toContain('canary-answer');
      expect(check).not.toContain('write_file');
      const next = bodies.filter((body) => body.includes('canary-next'));
      expect(next).toHaveLength(1);
      expect(next[0]).toContain('canary-goal');
      expect(next[0]).not.toContain('canary-check');
      expect((await pipelineIn(sessionId)).attempts[0]?.usage.inputTokens).toBeGreaterThan(0);
    });
  });
});

describe('the answer of a stage', () => {
  const again = async (procedure: 'retry' | 'continue', runId: string) =>
    (await refusal(running, ada, `runs.${procedure}`, { runId, clientId: newId() })).code;

  test('is neither asked for again nor gone on with beside its pipeline, until that is done', async () => {
    const stages = [ofStage('help'), ofStage('help', { gate: { kind: 'person' } })];
    const { sessionId, pipelineRunId } = await start(stages);
    const waiting = await until(sessionId, 'waiting');
    const runId = waiting.attempts.at(-1)?.runId ?? '';

    expect([await again('retry', runId), await again('continue', runId)]).toEqual(Array(2).fill('run.of_pipeline'));
    await ask(running, ada, 'pipelines.stop', { pipelineRunId }, nothing);
    expect([await again('retry', runId), await again('continue', runId)]).toEqual(Array(2).fill('run.of_pipeline'));
    await ask(running, ada, 'pipelines.runAgain', { pipelineRunId }, nothing);
    await decide(await until(sessionId, 'waiting'), { kind: 'approve' });

    const last = (await until(sessionId, 'succeeded')).attempts.at(-1)?.runId;
    const sent = await ask(running, ada, 'runs.retry', { runId: last, clientId: newId() }, sentDto);
    await untilRun(running, sent.runId, 'succeeded');
  });

  test('nor is that of its check', async () => {
    const gate = { kind: 'check', instructions: 'help' };
    const { sessionId } = await start([ofStage('help', { gate }), ofStage('help')]);
    const [attempt] = (await until(sessionId, 'failed')).attempts;

    expect(await again('retry', attempt?.checkRunId ?? '')).toBe('run.of_pipeline');
  });
});

describe('stopping', () => {
  test('stops the run of the stage, and the stage begins again when it is told to', async () => {
    running.clock.hold();
    const { sessionId, pipelineRunId } = await start([ofStage('count to 50'), ofStage('help')]);
    const runId = (await pipelineIn(sessionId)).attempts[0]?.runId ?? '';
    await expect.poll(() => runStateOf(running, runId)).toBe('running');

    await ask(running, ada, 'pipelines.stop', { pipelineRunId }, nothing);
    await untilRun(running, runId, 'cancelled');
    running.clock.release();
    expect(tried(await until(sessionId, 'cancelled'))).toEqual(['1.1 cancelled']);
    await ask(running, ada, 'pipelines.runAgain', { pipelineRunId }, nothing);

    expect(tried(await until(sessionId, 'succeeded'))).toEqual(['1.1 cancelled', '1.2 succeeded', '2.1 succeeded']);
  });

  test('the run of a stage before its turn stops the pipeline at once', async () => {
    running.clock.hold();
    const { id: sessionId } = await newSession(running, ada);
    const { runId: before } = await send(running, ada, sessionId, 'count to 50');
    await expect.poll(() => runStateOf(running, before)).toBe('running');
    await start([ofStage('help'), ofStage('help')], { sessionId });
    const runId = (await pipelineIn(sessionId)).attempts[0]?.runId;

    await ask(running, ada, 'runs.stop', { runId }, nothing);

    await expect.poll(async () => (await pipelineIn(sessionId)).state, { timeout: 1500 }).toBe('cancelled');
    running.clock.release();
    await untilRun(running, before, 'succeeded');
  });

  test('the run of a stage stops the pipeline', async () => {
    running.clock.hold();
    const { sessionId } = await start([ofStage('count to 50'), ofStage('help')]);
    const runId = (await pipelineIn(sessionId)).attempts[0]?.runId ?? '';
    await expect.poll(() => runStateOf(running, runId)).toBe('running');

    await ask(running, ada, 'runs.stop', { runId }, nothing);
    running.clock.release();

    expect(tried(await until(sessionId, 'cancelled'))).toEqual(['1.1 cancelled']);
  });
});

test('what was started goes on as it was, whatever is changed or archived meanwhile', async () => {
  const { id: pipelineId, revision } = await create([
    ofStage('help', { gate: { kind: 'person' } }),
    ofStage('list files'),
  ]);
  const { sessionId } = await ask(running, ada, 'pipelines.start', { pipelineId, clientId: newId() }, startedPipeline);
  const waiting = await until(sessionId, 'waiting');

  const content = { name: 'Other', stages: [ofStage('help'), ofStage('todo: other')] };
  await ask(running, ada, 'pipelines.update', { pipelineId, revision, content }, pipelineDetail);
  expect(await refusal(running, ada, 'pipelines.update', { pipelineId, revision, content })).toMatchObject({
    code: 'pipeline.stale',
  });
  await ask(running, ada, 'pipelines.archive', { pipelineId }, nothing);
  await decide(waiting, { kind: 'approve' });
  await until(sessionId, 'succeeded');

  expect(await asked(sessionId)).toEqual(['help', 'list files']);
});

test("the organisation's pipelines name no agent of a person's own", async () => {
  const own = await ask(running, ada, 'agents.create', { content: { name: 'Mine' } }, agentDetail);
  const stages = [ofStage('help', { agentId: own.id }), ofStage('help')];

  await create(stages);
  expect(
    await refusal(running, ada, 'organisationPipelines.create', { content: { name: 'Ours', stages } }),
  ).toMatchObject({ code: 'agent.not_found' });
});

test('the result tells of each stage, its tries, verdicts and files, in Markdown and in JSON', async () => {
  const gate = { kind: 'check', instructions: 'verdict pass: it is there' };
  const { sessionId, pipelineRunId } = await start([ofStage('write a.md: one', { gate }), ofStage('read a.md')]);
  await until(sessionId, 'succeeded');

  const [markdown, json] = [await result(pipelineRunId, 'markdown'), await result(pipelineRunId, 'json')];

  expect([markdown.fileName, json.fileName]).toEqual(['write-check.md', 'write-check.json']);
  expect(markdown.text).toContain('## 1. write a.md: one');
  expect(markdown.text).toContain('- Said: it is there');
  expect(markdown.text).toContain('- File created: `a.md` (+1 −0)');
  expect(JSON.parse(json.text)).toMatchObject({
    state: 'succeeded',
    stages: [
      {
        gate: 'check',
        attempts: [{ state: 'succeeded', comment: 'it is there', files: [{ path: 'a.md', kind: 'created' }] }],
      },
      { gate: 'none', attempts: [{ result: expect.stringContaining('one'), files: [] }] },
    ],
  });
  expect(await refusal(running, bea, 'pipelines.result', { pipelineRunId, format: 'json' })).toMatchObject({
    code: 'pipeline.not_found',
  });
});

test('a worker that dies between two stages leaves the next one to another', async () => {
  await using first = await startProgram();
  const person = await newPerson(first);
  const stages = [ofStage('help'), ofStage('list files')];
  const { id: pipelineId } = await ask(
    first,
    person,
    'pipelines.create',
    { content: { name: 'P', stages } },
    pipelineDetail,
  );
  const { id: sessionId } = await newSession(first, person);
  // Its first stage has ended, and nobody has gone on with it: as after a kill between the two.
  const { runId } = await send(first, person, sessionId, 'help');
  await untilRun(first, runId, 'succeeded');
  await first.halt();
  const frozen = stages.map(({ name, goal }) => ({ name, goal, agent: null, gate: { kind: 'none' } }));
  const id = newId();
  await first.database.pool.query(
    `INSERT INTO pipeline_runs (id, organisation_id, session_id, pipeline_id, client_id, name, input, stages, state, created_at)
     VALUES ($1, $2, $3, $4, $1, 'P', '', $5, 'running', now())`,
    [id, person.organisationId, sessionId, pipelineId, JSON.stringify(frozen)],
  );
  await first.database.pool.query(
    `INSERT INTO pipeline_stage_runs (id, pipeline_run_id, position, attempt, state, run_id, started_at)
     VALUES ($1, $2, 0, 1, 'running', $3, now())`,
    [newId(), id, runId],
  );

  // Two of them at once: the stage begins once.
  await using other = await startProgram({ beside: first });
  await using third = await startProgram({ beside: first, roles: { server: false, worker: true } });

  await expect
    .poll(async () => (await ask(other, person, 'sessions.open', { sessionId }, transcript)).pipeline?.state, {
      timeout: 20_000,
    })
    .toBe('succeeded');
  const { pipeline } = await ask(other, person, 'sessions.open', { sessionId }, transcript);
  expect(pipeline && tried(pipeline)).toEqual(['1.1 succeeded', '2.1 succeeded']);
  expect([first.errors, other.errors, third.errors]).toEqual([[], [], []]);
});
