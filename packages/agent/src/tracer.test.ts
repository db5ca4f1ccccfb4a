import type { ToolPart } from '@atelier/contracts/parts';
import { expect, test } from 'vitest';
import { calls, echo, FakeClock, finish, RecordingTracer, runInput, scriptedModel, text } from '../test/doubles.ts';
import { failure, toolPart } from '../test/samples.ts';
import { runAgent } from './run-agent.ts';

const callsA = calls('echo', { word: 'secret' });

test('a turn tells of its model calls and its tool calls, as parts of it', async () => {
  const tracer = new RecordingTracer();
  const models = [scriptedModel([callsA, finish(10, 1)], [text('A secret.'), finish(20, 2)])] as const;

  await runAgent(runInput({ models, tools: [echo()], tracer }));

  expect(tracer.spans.map(({ kind, parent, name, end }) => [kind, parent, name, end])).toEqual([
    ['agent_turn', null, 'invoke_agent', 'ok'],
    ['llm_call', 'agent_turn', 'chat scripted', 'ok'],
    ['tool_call', 'agent_turn', 'execute_tool echo', 'ok'],
    ['llm_call', 'agent_turn', 'chat scripted', 'ok'],
  ]);
  expect(tracer.of('agent_turn')[0]?.attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'atelier.run.state': 'succeeded',
  });
  expect(tracer.of('llm_call')[1]?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'Scripted',
    'gen_ai.request.model': 'scripted',
    'gen_ai.usage.input_tokens': 20,
    'gen_ai.usage.output_tokens': 2,
    'atelier.attempt': 1,
    'atelier.step': 1,
  });
  expect(tracer.of('tool_call')[0]?.attributes).toMatchObject({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'echo',
    'gen_ai.tool.call.id': '0-a',
    'atelier.tool.state': 'succeeded',
  });
});

test('no span holds a prompt, arguments or an output unless they are recorded', async () => {
  const told = async (keepsContent: boolean) => {
    const tracer = new RecordingTracer({ keepsContent });
    const models = [scriptedModel([callsA, finish()], [text('A secret.'), finish()])] as const;
    await runAgent(runInput({ models, tools: [echo()], tracer, system: 'A secret system.' }));
    return tracer.spans.map(({ name, attributes }) => JSON.stringify({ name, attributes })).join('\n');
  };

  expect(await told(false)).not.toContain('secret');
  const whole = await told(true);
  for (const said of ['A secret system.', 'A secret.', 'gen_ai.tool.call.arguments', 'gen_ai.tool.call.result']) {
    expect(whole).toContain(said);
  }
});

test('the time to the first part is told, of thoughts and calls as of text', async () => {
  const clock = new FakeClock();
  const tracer = new RecordingTracer();
  const models = [scriptedModel([() => clock.sleep(250), text('Hello'), () => clock.sleep(500), finish()])] as const;

  await runAgent(runInput({ models, clock, tracer }));

  expect(tracer.of('llm_call')[0]?.attributes).toMatchObject({ 'atelier.time_to_first_token_ms': 250 });
});

test('each attempt is a span with the reason it failed, and each wait between them one', async () => {
  const tracer = new RecordingTracer();
  const busy = failure('provider.overloaded');
  const models = [scriptedModel([busy], [text('Hello'), finish()])] as const;

  await runAgent(runInput({ models, tracer }));

  expect(tracer.spans.map(({ kind, end, attributes }) => [kind, attributes['atelier.attempt'], end])).toEqual([
    ['agent_turn', undefined, 'ok'],
    ['llm_call', 1, 'provider.overloaded'],
    ['retry', 1, 'ok'],
    ['llm_call', 2, 'ok'],
  ]);
  expect(tracer.of('retry')[0]?.attributes).toMatchObject({ 'atelier.reason': 'provider.overloaded' });
});

test('a fallback names the model that failed and the one that goes on', async () => {
  const tracer = new RecordingTracer();
  const next = { ...scriptedModel([text('Hello'), finish()]), id: 'next' };

  await runAgent(runInput({ models: [scriptedModel([failure('provider.auth')]), next], tracer }));

  expect(tracer.spans.map(({ kind }) => kind)).toEqual(['agent_turn', 'llm_call', 'fallback', 'llm_call']);
  expect(tracer.of('fallback')[0]?.attributes).toMatchObject({
    'gen_ai.request.model': 'next',
    'atelier.failed_model': 'scripted',
    'atelier.reason': 'provider.auth',
  });
});

test('a turn that goes on tells how long a person was waited for, and one that was only handed over does not', async () => {
  const at = '2026-01-01T00:05:00.000Z';
  const decision = { kind: 'denied', by: null, text: 'No.', isEdited: false, at } as const;
  const decided: ToolPart = toolPart({ state: 'failed', startedAt: '2026-01-01T00:01:00.000Z', decision });
  const told = async (hasWaited: boolean) => {
    const tracer = new RecordingTracer();
    const models = [scriptedModel([text('Then not.'), finish()])] as const;
    await runAgent(runInput({ models, parts: [decided], firstStep: 1, tracer, hasWaited }));
    return tracer.of('approval_wait');
  };

  expect(await told(false)).toEqual([]);
  expect(await told(true)).toMatchObject([
    {
      parent: 'agent_turn',
      startedAt: new Date('2026-01-01T00:01:00.000Z'),
      attributes: { 'gen_ai.tool.call.id': '0-a', 'atelier.decision': 'denied' },
      end: 'ok',
    },
  ]);
});

test('a turn that takes over from a lost worker tells of the call that it was at', async () => {
  const lost: ToolPart = toolPart({ state: 'unknown', startedAt: '2026-01-01T00:01:00.000Z' });
  const tracer = new RecordingTracer();
  const models = [scriptedModel([text('Once more.'), finish()])] as const;

  await runAgent(runInput({ models, parts: [lost], lostCalls: [lost], firstStep: 1, tracer }));

  expect(tracer.of('tool_call')).toMatchObject([
    {
      parent: 'agent_turn',
      name: 'execute_tool read_file',
      startedAt: new Date('2026-01-01T00:01:00.000Z'),
      attributes: { 'gen_ai.tool.call.id': '0-a' },
      end: 'worker_lost',
    },
  ]);
});

test('a tool tells of the parts of its work below its call, and of its failure', async () => {
  const tracer = new RecordingTracer();
  const tool = echo(async (_word, { trace }) => {
    trace?.start('sandbox', 'sandbox').end();
    return { output: 'no', isError: true };
  });
  const models = [scriptedModel([callsA, finish()], [text('Done.'), finish()])] as const;

  await runAgent(runInput({ models, tools: [tool], tracer }));

  expect(tracer.of('sandbox')).toMatchObject([{ parent: 'tool_call', end: 'ok' }]);
  expect(tracer.of('tool_call')).toMatchObject([{ end: 'tool_error', attributes: { 'atelier.tool.state': 'failed' } }]);
});

test('every span is ended when a run is stopped', async () => {
  const tracer = new RecordingTracer();
  const abort = new AbortController();
  const models = [scriptedModel([text('Hel'), () => abort.abort(), text('lo'), finish()])] as const;

  await runAgent(runInput({ models, signal: abort.signal, tracer }));

  expect(tracer.spans.map(({ kind, end }) => [kind, end])).toEqual([
    ['agent_turn', 'ok'],
    ['llm_call', 'cancelled'],
  ]);
  expect(tracer.of('llm_call')[0]?.attributes).toMatchObject({
    'gen_ai.usage.output_tokens': 1,
    'atelier.usage_estimated': true,
  });
});
