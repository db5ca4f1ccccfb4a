import type { Usage } from '@atelier/contracts/runs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  calls,
  everyoneHealthy,
  FakeClock,
  finish,
  type Line,
  RecordingJournal,
  type ScriptedModel,
  scriptedModel,
  stepContext,
  text,
  thought,
} from '../test/doubles.ts';
import { anAnswer, failure, said } from '../test/samples.ts';
import { defaultLimits } from './agent-limits.ts';
import { callModel } from './call-model.ts';
import { ModelChain } from './model-chain.ts';
import { continueInstruction } from './prompt.ts';

beforeEach(() => {
  // Waits are spread by up to a fifth: half of that here.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function setUp(over: Parameters<typeof stepContext>[0] = {}) {
  const journal = new RecordingJournal();
  const clock = new FakeClock();
  return { journal, clock, context: stepContext({ journal, clock, ...over }) };
}

/** Asks the models of the context, in their order. */
async function ask(context: ReturnType<typeof setUp>['context']) {
  return await callModel(context, new ModelChain(context.models, context.health));
}

describe('an answer', () => {
  test('is written as it comes, under its step', async () => {
    const model = scriptedModel([
      thought('Hm'),
      text('Hel'),
      text('lo'),
      { type: 'tool_input', callId: 'a', name: 'echo', text: '{}' },
      finish(),
    ]);
    const { journal, context } = setUp({ models: [model], step: 2 });

    await ask(context);

    const at = { messageId: anAnswer, step: 2 };
    expect(journal.bodies).toEqual([
      { type: 'reasoning.delta', ...at, text: 'Hm' },
      { type: 'text.delta', ...at, text: 'Hel' },
      { type: 'text.delta', ...at, text: 'lo' },
      { type: 'tool.input_delta', ...at, callId: '2-a', name: 'echo', text: '{}' },
    ]);
  });

  test('brings its calls and what it used', async () => {
    const model = scriptedModel([calls('echo', { word: 'a' }, 'a'), calls('echo', { word: 'b' }, 'b'), finish(7, 3)]);

    expect(await ask(setUp({ models: [model], step: 1 }).context)).toEqual({
      calls: [
        { callId: '1-a', name: 'echo', inputText: '{"word":"a"}' },
        { callId: '1-b', name: 'echo', inputText: '{"word":"b"}' },
      ],
      usage: { inputTokens: 7, outputTokens: 3 },
      model: { id: 'scripted', label: 'Scripted model', provider: 'Scripted', contextWindow: null },
    });
  });

  test('with several calls of one id gives each an id of its own', async () => {
    const model = scriptedModel([...['1', '2', '3'].map((word) => calls('echo', { word }, 'call_0')), finish()]);

    const reply = await ask(setUp({ models: [model] }).context);

    expect(reply.calls.map(({ inputText }) => inputText)).toEqual(['{"word":"1"}', '{"word":"2"}', '{"word":"3"}']);
    expect(new Set(reply.calls.map(({ callId }) => callId)).size).toBe(3);
    expect(reply.calls[0]?.callId).toBe('0-call_0');
  });

  test('keeps ids and names within what an entry may hold', async () => {
    const long = 'x'.repeat(300);
    const model = scriptedModel([
      { type: 'tool_input', callId: long, name: long, text: '{}' },
      calls('echo', {}, long),
    ]);
    const { journal, context } = setUp({ models: [model] });

    const reply = await ask(context);

    const [delta] = journal.of('tool.input_delta');
    expect([delta?.callId.length, delta?.name.length]).toEqual([200, 64]);
    expect(reply.calls[0]?.callId).toBe(delta?.callId);
  });

  test('is asked for with the conversation and what was written so far', async () => {
    const model = scriptedModel([text('x')]);

    await ask(setUp({ models: [model], parts: [said('Half')] }).context);

    expect(model.requests[0]).toMatchObject({
      system: 'Be brief.',
      messages: [
        { role: 'user', text: 'Do it.' },
        { role: 'assistant', content: [{ type: 'text', text: 'Half' }] },
        { role: 'user', text: continueInstruction },
      ],
    });
  });

  test('waits when the store is behind', async () => {
    const order: string[] = [];
    let catchUp: () => void = () => undefined;
    const behind = new Promise<void>((resolve) => {
      catchUp = resolve;
    });
    const journal = new RecordingJournal(() => behind);
    const model = scriptedModel([text('a'), () => void order.push('asked for more'), text('b')]);

    const answering = ask(setUp({ models: [model], journal }).context);
    await new Promise((resolve) => setImmediate(resolve));
    expect(journal.text).toBe('a');
    expect(order).toEqual([]);

    catchUp();
    await answering;
    expect(journal.text).toBe('ab');
  });
});

describe('a model that fails before its first part', () => {
  const passing = ['provider.rate_limited', 'provider.overloaded', 'provider.unreachable', 'provider.stalled'] as const;
  const lasting = ['provider.auth', 'provider.refused', 'provider.model_not_found', 'provider.cut'] as const;

  test.each(passing)('with %s is tried three times in all, after longer and longer waits', async (code) => {
    const model = scriptedModel([failure(code)], [failure(code)], [failure(code)]);
    const { clock, journal, context } = setUp({ models: [model] });

    await expect(ask(context)).rejects.toMatchObject({ error: { code } });

    expect(model.requests).toHaveLength(3);
    expect(clock.sleeps).toEqual([1100, 2200]);
    expect(journal.of('run.retrying').map(({ attempt, delayMs, error }) => [attempt, delayMs, error.message])).toEqual([
      [1, 1100, `It said ${code}. Trying again in 1 s.`],
      [2, 2200, `It said ${code}. Trying again in 2 s.`],
    ]);
  });

  test.each(lasting)('with %s is not tried again', async (code) => {
    const model = scriptedModel([failure(code)]);
    const { clock, journal, context } = setUp({ models: [model] });

    await expect(ask(context)).rejects.toMatchObject({ error: { code } });

    expect(model.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
    expect(journal.bodies).toEqual([]);
  });

  test('and then answers has answered', async () => {
    const model = scriptedModel(
      [failure('provider.overloaded')],
      [failure('provider.stalled')],
      [text('Here'), finish()],
    );
    const { journal, context } = setUp({ models: [model] });

    expect((await ask(context)).usage).toEqual({ inputTokens: 10, outputTokens: 5 });
    expect(journal.types).toEqual(['run.retrying', 'run.retrying', 'text.delta']);
  });

  test('is asked again when it said, not before', async () => {
    const model = scriptedModel([failure('provider.rate_limited', { retryAfterMs: 7000 })], [text('Here')]);
    const { clock, journal, context } = setUp({ models: [model] });

    await ask(context);

    expect(clock.sleeps).toEqual([7000]);
    expect(journal.of('run.retrying')).toMatchObject([{ delayMs: 7000 }]);
  });

  test('and wants an hour is asked after a minute', async () => {
    const model = scriptedModel([failure('provider.rate_limited', { retryAfterMs: 3_600_000 })], [text('Here')]);
    const { clock, context } = setUp({ models: [model] });

    await ask(context);

    expect(clock.sleeps).toEqual([60_000]);
  });

  test('spreads its tries between the wait and a fifth more', async () => {
    const waits: (readonly number[])[] = [];
    for (const luck of [0, 0.999]) {
      vi.mocked(Math.random).mockReturnValue(luck);
      const model = scriptedModel([failure('provider.overloaded')], [text('Here')]);
      const { clock, context } = setUp({ models: [model] });
      await ask(context);
      waits.push(clock.sleeps);
    }

    expect(waits).toEqual([[1000], [1200]]);
  });

  test('is not tried again when somebody stopped the run meanwhile', async () => {
    const abort = new AbortController();
    const model = scriptedModel([() => abort.abort('stopped'), failure('provider.overloaded')]);
    const { clock, journal, context } = setUp({ models: [model], signal: abort.signal });

    await expect(ask(context)).rejects.toBeDefined();

    expect(model.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
    expect(journal.bodies).toEqual([]);
  });

  test('is not tried again when the run is stopped while it waits', async () => {
    const abort = new AbortController();
    const journal = new RecordingJournal(() => void abort.abort('stopped'));
    const model = scriptedModel([failure('provider.overloaded')]);

    await expect(ask(setUp({ models: [model], journal, signal: abort.signal }).context)).rejects.toBe('stopped');

    expect(model.requests).toHaveLength(1);
  });

  test('by saying nothing at all is given up and tried again', async () => {
    vi.useFakeTimers();
    const silence = () => new Promise<void>(() => undefined);
    const model = scriptedModel([silence], [text('Here')]);
    const { journal, context } = setUp({ models: [model], caps: { ...defaultLimits, stallMs: 100 } });

    const answering = ask(context);
    await vi.advanceTimersByTimeAsync(200);
    await answering;

    expect(journal.of('run.retrying')).toMatchObject([{ error: { code: 'provider.stalled' } }]);
    expect(model.requests[0]?.signal.aborted).toBe(true);
    expect(journal.text).toBe('Here');
  });
});

describe('a model that fails after its first part', () => {
  test.each([
    ['a word', text('Half')],
    ['a thought', thought('Hm')],
    ['a call', calls('echo', {})],
  ])('be it %s, is never tried again: what it wrote stands', async (_name, part) => {
    const model = scriptedModel([part, failure('provider.overloaded')]);
    const { clock, context } = setUp({ models: [model] });

    await expect(ask(context)).rejects.toMatchObject({ error: { code: 'provider.overloaded' } });

    expect(model.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });
});

describe('a call that is stopped or breaks off', () => {
  const dear = (...lines: readonly Line[]): ScriptedModel => ({
    ...scriptedModel(lines),
    price: { input: 1_000_000, output: 4_000_000, cachedInput: null },
  });
  const words = text('x'.repeat(35));

  test.each([
    ['breaks off', (_abort: AbortController): readonly Line[] => [words, failure('provider.cut')]],
    ['is stopped', (abort: AbortController): readonly Line[] => [words, () => abort.abort('stopped'), text('more')]],
  ])('and %s counts by the length of what was told and said', async (_name, linesFor) => {
    const abort = new AbortController();
    const model = dear(...linesFor(abort));
    const added: Usage[] = [];
    const spending = { total: () => ({ inputTokens: 0, outputTokens: 0 }), add: (usage: Usage) => added.push(usage) };
    const { journal, context } = setUp({ models: [model], signal: abort.signal, spending });

    await expect(ask(context)).rejects.toBeDefined();

    const [counted] = journal.of('step.finished');
    const { inputTokens = 0 } = counted?.usage ?? {};
    expect(counted).toMatchObject({ isEstimated: true, model: { id: 'scripted' }, step: context.step });
    expect(inputTokens).toBeGreaterThan(0);
    expect(counted?.usage).toEqual({ inputTokens, outputTokens: 10, cost: inputTokens + 40 });
    expect(added).toEqual([counted?.usage]);
  });

  test('is not estimated where its provider told what it took', async () => {
    const { journal, context } = setUp({ models: [dear(words, finish(7, 2), failure('provider.refused'))] });

    await expect(ask(context)).rejects.toBeDefined();

    const [counted] = journal.of('step.finished');
    expect([counted?.usage, counted?.isEstimated]).toEqual([{ inputTokens: 7, outputTokens: 2 }, undefined]);
  });

  test('before its first word counts for nothing', async () => {
    const { journal, context } = setUp({ models: [dear(failure('provider.refused'))] });

    await expect(ask(context)).rejects.toBeDefined();

    expect(journal.of('step.finished')).toEqual([]);
  });
});

describe('an empty answer', () => {
  test.each([
    ['nothing', []],
    ['nothing but its use', [finish()]],
    ['nothing but thoughts', [thought('Hm'), finish()]],
  ])('of %s is a failure, and is not tried again by itself', async (_name, script) => {
    const model = scriptedModel(script);

    await expect(ask(setUp({ models: [model] }).context)).rejects.toMatchObject({
      error: { code: 'provider.invalid_data', message: 'The model sent an empty answer.', retryable: true },
    });
    expect(model.requests).toHaveLength(1);
  });

  test('is none when the answer was whole already, and only its end was lost', async () => {
    const model = scriptedModel([finish(3, 0)]);

    expect(await ask(setUp({ models: [model], parts: [said('All of it.')] }).context)).toMatchObject({ calls: [] });
  });

  test('is none when there is a call in it', async () => {
    const model = scriptedModel([calls('echo', {}), finish()]);

    expect((await ask(setUp({ models: [model] }).context)).calls).toHaveLength(1);
  });
});

describe('a stop', () => {
  test('in the middle of an answer writes nothing more', async () => {
    const abort = new AbortController();
    const model = scriptedModel([text('Half'), () => abort.abort('stopped'), text('More')]);
    const { journal, context } = setUp({ models: [model], signal: abort.signal });

    await expect(ask(context)).rejects.toBe('stopped');

    expect(journal.text).toBe('Half');
    expect(model.requests[0]?.signal.aborted).toBe(true);
  });

  test('at the very end of an answer is not taken for an empty answer', async () => {
    const abort = new AbortController();
    const model = scriptedModel([() => abort.abort('stopped')]);

    await expect(ask(setUp({ models: [model], signal: abort.signal }).context)).rejects.toBe('stopped');
  });
});

describe('a chain of models', () => {
  const named = (name: string, ...scripts: readonly (readonly Line[])[]): ScriptedModel => {
    const model = scriptedModel(...scripts);
    return { ...model, id: name, label: name.toUpperCase(), provider: { id: name, name } };
  };
  const busy = () => failure('provider.overloaded');

  test('goes on to the next when one has failed three times, and says so', async () => {
    const first = named('a', [busy()], [busy()], [busy()]);
    const second = named('b', [text('Hello'), finish(3, 1)]);
    const { journal, context } = setUp({ models: [first, second] });

    expect((await ask(context)).model).toMatchObject({ id: 'b' });

    expect(first.requests).toHaveLength(3);
    expect(journal.types).toEqual(['run.retrying', 'run.retrying', 'run.fell_back', 'text.delta']);
    expect(journal.of('run.fell_back')).toMatchObject([
      { failed: { label: 'A' }, next: { label: 'B' }, error: { code: 'provider.overloaded' } },
    ]);
  });

  test.each(['provider.auth', 'provider.model_not_found', 'provider.refused'] as const)(
    'does not try one again that fails with %s',
    async (code) => {
      const first = named('a', [failure(code, { retryable: false })]);
      const second = named('b', [text('Hello')]);
      const { journal, clock, context } = setUp({ models: [first, second] });

      await ask(context);

      expect([journal.types, clock.sleeps]).toEqual([['run.fell_back', 'text.delta'], []]);
    },
  );

  test('does not wait half a minute for one when there is another', async () => {
    const first = named('a', [failure('provider.rate_limited', { retryAfterMs: 30_000 })]);
    const { clock, context } = setUp({ models: [first, named('b', [text('Hello')])] });

    await ask(context);

    expect(clock.sleeps).toEqual([]);
  });

  test('stays with the one that has begun to write', async () => {
    const second = named('b', [text('Hello')]);
    const { journal, context } = setUp({ models: [named('a', [text('Half'), failure('provider.cut')]), second] });

    await expect(ask(context)).rejects.toMatchObject({ error: { code: 'provider.cut' } });
    expect([journal.types, second.requests]).toEqual([['text.delta', 'step.finished'], []]);
  });

  test('ends with the failure of the last one', async () => {
    const { context } = setUp({
      models: [
        named('a', [failure('provider.auth', { retryable: false })]),
        named('b', [failure('provider.refused', { retryable: false })]),
      ],
    });

    await expect(ask(context)).rejects.toMatchObject({ error: { code: 'provider.refused' } });
  });

  test('stops with the run: nobody else is asked', async () => {
    const abort = new AbortController();
    const second = named('b', [text('Hello')]);
    const first = named('a', [() => abort.abort('stopped'), busy()]);
    const { journal, context } = setUp({ models: [first, second], signal: abort.signal });

    await expect(ask(context)).rejects.toThrow();
    expect([journal.types, second.requests]).toEqual([[], []]);
  });

  test('leaves a provider alone that is known to fail, and says so; the last one is asked all the same', async () => {
    const [first, second, third] = [named('a', [text('A')]), named('b', [text('B')]), named('c', [text('C')])];
    const health = { ...everyoneHealthy, allows: ({ id }: { readonly id: string }) => id === 'c' };
    const { journal, context } = setUp({ models: [first, second, third], health });
    await ask(context);

    expect([first.requests, second.requests, journal.text]).toEqual([[], [], 'C']);
    expect(journal.of('run.fell_back')).toMatchObject([
      { failed: { id: 'a' }, next: { id: 'c' }, error: { code: 'provider.unhealthy' } },
    ]);

    const alone = setUp({ models: [named('a', [text('A')])], health });
    await ask(alone.context);
    expect(alone.journal.text).toBe('A');
  });

  test('keeps account of who answers and who fails', async () => {
    const known: string[] = [];
    const health = {
      ...everyoneHealthy,
      succeeded: ({ id }: { readonly id: string }) => void known.push(`${id} answers`),
      failed: ({ id }: { readonly id: string }, { code }: { readonly code: string }) =>
        void known.push(`${id} ${code}`),
    };

    await ask(setUp({ models: [named('a', [busy()], [text('A')])], health }).context);

    expect(known).toEqual(['a provider.overloaded', 'a answers']);
  });
});
