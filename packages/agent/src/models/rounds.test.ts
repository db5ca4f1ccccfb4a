import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { ProviderKind } from '@atelier/contracts/models';
import type { Part } from '@atelier/contracts/parts';
import { largestPicture } from '@atelier/contracts/picture-limits';
import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { echo, RecordingJournal, runInput } from '../../test/doubles.ts';
import { ask, kinds, modelSpec, providerSpec, wordsIn } from '../../test/providers.ts';
import { anAnswer, aRun, asks, aTime, message, steered, toolPart } from '../../test/samples.ts';
import type { AnyTool, PromptMessage, Steering } from '../ports.ts';
import { type RunAgentInput, runAgent } from '../run-agent.ts';
import { createModel } from './create-model.ts';
import type { ModelSpec } from './model-spec.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

const spec = (kind: ProviderKind, over: Partial<ModelSpec> = {}) => modelSpec(providerSpec(server, kind), over);

/** A whole answer, tools and all. The server refuses every request that the real service would refuse. */
async function run(of: ModelSpec, script: string, over: Partial<RunAgentInput> = {}) {
  const journal = new RecordingJournal();
  const tools: readonly AnyTool[] = [echo()];
  const outcome = await runAgent(
    runInput({ models: [createModel(of)], tools, journal, conversation: [asks(script)], ...over }),
  );
  return { outcome, journal };
}

/** Somebody who says one thing before each of these steps. */
function sayingOnce(...words: readonly (readonly [step: number, text: string])[]): Steering {
  const left = new Map(words);
  return {
    isWaiting: async () => left.size > 0,
    async take(step) {
      const text = left.get(step);
      left.delete(step);
      if (text === undefined) return [];
      const { type: _type, step: _step, ...steer } = steered(text);
      return [{ type: 'run.steered', runId: aRun, messageId: anAnswer, step, steer }];
    },
  };
}

/** The parts that were written, as they are stored. */
function partsIn(journal: RecordingJournal): readonly Part[] {
  return journal.bodies.reduce<readonly Part[]>((parts, body, seq) => {
    const event = { ...body, seq, at: aTime };
    return isPartEvent(event) ? foldParts(parts, event, aTime) : parts;
  }, []);
}

describe.each(kinds)('an answer of kind %s', (kind) => {
  test('gets its thoughts back with the calls that they led to', async () => {
    const { outcome, journal } = await run(
      spec(kind),
      '[[wants-reasoning]] [[reason 3 @0]] [[tokens 2 @0]] [[tool echo {"word":"a"}]] [[reason 2 @0]] [[tool echo {"word":"b"}]] [[tokens 5 @0]]',
    );

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
    expect(wordsIn(journal.text)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(journal.of('tool.finished').map(({ output }) => output)).toEqual(['a', 'b']);
    const { turns = [] } = server.requests.at(-1) ?? {};
    expect(turns.filter(({ calls }) => calls).map(({ hasReasoning }) => hasReasoning)).toEqual([true, true]);
  });

  test('makes several calls in one step, each with its own result', async () => {
    const { outcome, journal } = await run(
      spec(kind),
      '[[reason 2 @0]] [[tool echo {"word":"a"}]] [[tool echo {"word":"b"}]] [[tool echo {}]] [[tokens 3 @0]]',
    );

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
    expect(journal.of('tool.finished').map(({ output }) => output)).toEqual(['a', 'b', 'nothing']);
    expect(new Set(journal.of('tool.called').map(({ callId }) => callId)).size).toBe(3);
    expect(wordsIn(journal.text)).toEqual([1, 2, 3]);
  });

  test('whose calls all have one id is read as the calls they are', async () => {
    const { outcome, journal } = await run(
      spec(kind),
      '[[same-ids]] [[tool echo {"word":"a"}]] [[tool echo {"word":"b"}]] [[tokens 3 @0]]',
    );

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
    expect(journal.of('tool.finished').map(({ output }) => output)).toEqual(['a', 'b']);
    const drafts = Map.groupBy(journal.of('tool.input_delta'), ({ callId }) => callId);
    expect([...drafts.values()].map((pieces) => pieces.map(({ text }) => text).join(''))).toEqual([
      '{"word":"a"}',
      '{"word":"b"}',
    ]);
  });

  test('is told what a person said in between, in the place where the service takes it', async () => {
    const script =
      '[[reason 2 @0]] [[tool echo {"word":"a"}]] [[reason 2 @0]] [[tool echo {"word":"b"}]] [[tokens 3 @0]]';
    const { outcome, journal } = await run(spec(kind), script, {
      steering: sayingOnce([1, 'After the first call.'], [2, 'After the second.'], [3, 'After the end. [[say Fine.]]']),
    });

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
    expect(wordsIn(journal.text)).toEqual([1, 2, 3]);
    expect(journal.text).toMatch(/Fine\.$/);
    const { turns = [] } = server.requests.at(-1) ?? {};
    const order = turns.flatMap(({ role, text }) =>
      role === 'user' || role === 'tool' ? [role === 'user' ? text : role] : [],
    );
    expect(order).toEqual([
      script,
      'tool',
      'After the first call.',
      'tool',
      'After the second.',
      'After the end. [[say Fine.]]',
    ]);
  });

  test('is told that a call failed', async () => {
    const fails = echo(async () => ({ output: 'There is no such thing.', isError: true }));
    const { outcome } = await run(spec(kind), '[[tool echo {}]] [[tokens 1 @0]]', { tools: [fails] });

    expect(outcome.state).toBe('succeeded');
    const body = JSON.stringify(server.requests.at(-1)?.body);
    expect(body).toContain('There is no such thing.');
    if (kind === 'anthropic') expect(body).toContain('"is_error":true');
    if (kind === 'google') expect(body).toContain('"error":"There is no such thing."');
  });

  test('is told that its arguments were no JSON, and goes on', async () => {
    const { outcome, journal } = await run(spec(kind), '[[badtool echo]] [[tokens 2 @0]]');

    expect(outcome.state).toBe('succeeded');
    expect(journal.of('tool.finished')).toMatchObject([{ state: 'failed' }]);
    expect(wordsIn(journal.text)).toEqual([1, 2]);
  });

  test('is sent nothing of what another model wanted back', async () => {
    const script = '[[reason 2 @0]] [[tool echo {"word":"a"}]] [[tokens 3 @0]]';
    const other = (data: string) => ({ providerData: { kind, model: 'another', data } });
    const parts: Part[] = [
      { type: 'reasoning', step: 0, text: 'Hm', startedAt: aTime, endedAt: aTime, ...other('{"signature":"x"}') },
      toolPart({ name: 'echo', inputText: '{"word":"a"}', output: 'a', ...other('{"thoughtSignature":"x"}') }),
    ];
    // The scripted Gemini wants its calls signed, as Gemini 3 does; whose calls these are it cannot know.
    const conversation =
      kind === 'google' ? [asks(script), message('agent', ...parts), asks('[[tokens 3 @0]]')] : [asks(script)];
    const { outcome } = await run(spec(kind), script, {
      conversation,
      ...(kind === 'google' ? {} : { parts, firstStep: 1 }),
    });

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
    expect(JSON.stringify(server.requests.at(-1)?.body)).not.toMatch(/ignature":"x"/);
  });

  test('may be finished after thinking was switched off', async () => {
    const script = '[[reason 2 @0]] [[tool echo {"word":"a"}]] [[tokens 3 @0]]';
    const { journal } = await run(spec(kind), script, { limits: { steps: 1 } });
    const features = { tools: true, images: true, reasoning: false };
    const { outcome } = await run(spec(kind, { features }), script, { parts: partsIn(journal), firstStep: 1 });

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
  });

  test('may be finished by a model of another kind', async () => {
    const others = kinds.filter((each) => each !== kind && each !== 'google');
    for (const other of others) {
      const script = '[[reason 2 @0]] [[tool echo {"word":"a"}]] [[tokens 3 @0]]';
      const { journal } = await run(spec(kind), script, { limits: { steps: 1 } });
      const { outcome } = await run(spec(other), script, { parts: partsIn(journal), firstStep: 1 });
      expect(outcome, other).toMatchObject({ state: 'succeeded', error: null });
    }
  });
});

describe.each(kinds)('pictures, to a model of kind %s', (kind) => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const picture = (name: string, mediaType: string) => ({ name, mediaType, data: png });
  const messages: readonly PromptMessage[] = [
    { role: 'user', text: '[[images]]', images: [picture('a.png', 'image/png'), picture('b.jpg', 'image/jpeg')] },
  ];

  test('are sent with the words', async () => {
    const { text, thrown } = await ask(spec(kind), { messages });

    expect(thrown).toBeNull();
    expect(text).toBe('I was sent 2 pictures: image/png, image/jpeg.');
  });

  test('are told of in words when they are larger than it takes', async () => {
    const data = Buffer.alloc(largestPicture[kind] + 3).toString('base64');
    const images = [
      ...(messages[0]?.role === 'user' ? (messages[0].images ?? []) : []),
      { ...picture('c.png', 'image/png'), data },
    ];
    const { text } = await ask(spec(kind), { messages: [{ role: 'user', text: '[[images]]', images }] });

    expect(text).toBe('I was sent 2 pictures: image/png, image/jpeg.');
    const [asked] = server.requests.at(-1)?.turns.filter(({ role }) => role === 'user') ?? [];
    expect(asked?.text).toContain('The picture "c.png" is larger than you can be shown.');
  });

  test('are told of in words when it cannot see them', async () => {
    const { text } = await ask(spec(kind, { features: { tools: true, images: false, reasoning: true } }), { messages });

    expect(text).toBe('I was sent no pictures.');
    const [asked] = server.requests.at(-1)?.turns.filter(({ role }) => role === 'user') ?? [];
    expect(asked?.text).toContain('The picture "a.png" was attached here. You cannot see pictures.');
    expect(JSON.stringify(server.requests.at(-1)?.body)).not.toContain(png);
  });

  test('may come without a word', async () => {
    const { thrown } = await ask(spec(kind), {
      messages: [
        { role: 'user', text: '[[tokens 1]]' },
        { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
        { role: 'user', text: ' ', images: [picture('a.png', 'image/png')] },
      ],
    });

    expect(thrown).toBeNull();
    expect(server.requests.at(-1)?.turns.flatMap(({ images = [] }) => images)).toEqual(['image/png']);
  });
});

test.each(kinds)('a conversation with blank words is taken by %s', async (kind) => {
  const { thrown } = await ask(spec(kind), {
    messages: [
      { role: 'user', text: '  ' },
      { role: 'assistant', content: [{ type: 'text', text: '\n' }] },
      { role: 'user', text: '[[tokens 1]]' },
    ],
  });

  expect(thrown).toBeNull();
});

/** Google's own service names calls itself, and signs the names. */
test.each(['openai', 'anthropic', 'openai_compatible'] as const)(
  'a model of kind %s that calls a tool whose name no tool could have is told so, and goes on',
  async (kind) => {
    const { outcome, journal } = await run(spec(kind), '[[tool <svg/onload=pwned()> {}]] [[tokens 3 @0]]');

    expect(outcome).toMatchObject({ state: 'succeeded', error: null });
    expect(journal.of('tool.finished')).toMatchObject([{ state: 'failed' }]);
    expect(wordsIn(journal.text)).toEqual([1, 2, 3]);
  },
);

test('the same conversation is sent with the same ids of calls, in letters that every provider takes', async () => {
  const call = (callId: string) => ({ type: 'tool_call', callId, name: 'echo', input: {} }) as const;
  const result = (callId: string) => ({ callId, name: 'echo', output: 'x', isError: false });
  const messages: readonly PromptMessage[] = [
    { role: 'user', text: '[[tool echo {}]] [[tokens 1]]' },
    { role: 'assistant', content: [call('0-functions.echo:0'), call('x'.repeat(200))] },
    { role: 'tool', results: [result('0-functions.echo:0'), result('x'.repeat(200))] },
  ];
  for (const kind of ['openai', 'openai_compatible', 'anthropic'] as const) {
    const { thrown } = await ask(spec(kind), { messages });

    expect(thrown).toBeNull();
    expect(JSON.stringify(server.requests.at(-1)?.body).match(/call\d{5}/g)).toEqual([
      'call00001',
      'call00002',
      'call00001',
      'call00002',
    ]);
  }
});

test('Anthropic is told what to keep in its cache: the instructions and the end of the conversation', async () => {
  await ask(spec('anthropic'), '[[tokens 1]]');

  expect(server.requests.at(-1)?.body).toMatchObject({
    system: [{ cache_control: { type: 'ephemeral' } }],
    messages: [{ role: 'user', content: [{ type: 'text', cache_control: { type: 'ephemeral' } }] }],
  });
});

test('OpenAI is told to store nothing', async () => {
  await ask(spec('openai'), '[[tokens 1]]');

  expect(server.requests.at(-1)?.body).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] });
});

test('a server that wants thoughts back, and never told any, has none to get', async () => {
  const { outcome } = await run(spec('openai_compatible'), '[[wants-reasoning]] [[tool echo {}]] [[tokens 1 @0]]');

  expect(outcome.error?.code).toBe('provider.refused');
});
