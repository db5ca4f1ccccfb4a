import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { echo } from '../../test/doubles.ts';
import { ask, kinds, modelSpec, providerSpec, wordsIn } from '../../test/providers.ts';
import { createModel } from './create-model.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

describe.each(kinds)('a model of kind %s', (kind) => {
  const spec = (over = {}) => modelSpec(providerSpec(server, kind), over);

  test('streams its thoughts, its words and the usage', async () => {
    const { text, reasoning, usage, thrown } = await ask(spec(), '[[reason 3 @0]] [[tokens 30 @0]] [[cached 4]]');

    expect(thrown).toBeNull();
    expect(wordsIn(text)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(reasoning).toBe('r000001 r000002 r000003 ');
    expect(usage).toEqual({
      inputTokens: expect.any(Number),
      outputTokens: 33,
      cachedInputTokens: 4,
      reasoningTokens: 3,
    });
    expect(usage?.inputTokens).toBeGreaterThan(4);
  });

  test('tells what the call cost', async () => {
    const price = { input: 2_000_000, output: 5_000_000, cachedInput: 1_000_000 };
    const { usage } = await ask(spec({ price }), '[[tokens 10 @0]] [[cached 4]]');

    const input = usage?.inputTokens ?? 0;
    expect(usage?.cost).toBe((input - 4) * 2 + 4 + 10 * 5);
  });

  test('is asked for no more than it may write', async () => {
    const { text, usage } = await ask(spec({ maxOutputTokens: 2000 }), '[[tokens 5000 @0]]');

    // Anthropic counts what may be thought on top.
    expect(wordsIn(text).length).toBeGreaterThanOrEqual(2000);
    expect(wordsIn(text).length).toBeLessThan(5000);
    expect(usage?.outputTokens).toBe(wordsIn(text).length);
  });

  test('streams the arguments of a call and then the whole call', async () => {
    const { parts, calls } = await ask(spec(), {
      messages: '[[tool echo {"word":"[[x]] and more"}]] [[tokens 3]]',
      tools: [echo()],
    });

    const streamed = parts.flatMap((part) => (part.type === 'tool_input' ? [part.text] : [])).join('');
    expect(JSON.parse(streamed)).toEqual({ word: '[[x]] and more' });
    expect(calls).toMatchObject([{ name: 'echo', inputText: streamed }]);
  });

  test('that cannot call tools is offered none', async () => {
    const features = { tools: false, images: true, reasoning: true };
    await ask(spec({ features }), { messages: '[[tokens 1]]', tools: [echo()] });
    expect(server.requests.at(-1)?.tools).toEqual([]);

    await ask(spec(), { messages: '[[tokens 1]]', tools: [echo()] });
    expect(server.requests.at(-1)?.tools).toEqual(['echo']);
  });

  test('goes through the fetch of its provider, and no other way', async () => {
    const before = server.count();
    const fetch = async () => new Response('{}', { status: 503 });
    const { error } = await ask(modelSpec(providerSpec(server, kind, { fetch })), '[[tokens 1]]');

    expect(error?.error.code).toBe('provider.overloaded');
    expect(server.count()).toBe(before);
  });

  test('that fails at once leaves no request open, though the provider goes on', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const code = kind === 'google' ? 500 : 'server_error';
    const failure = {
      type: 'error',
      sequence_number: 1,
      error: { type: 'server_error', code, message: 'x', status: 'INTERNAL', param: null },
    };
    const event = new TextEncoder().encode(`data: ${JSON.stringify(failure)}\n\n`);
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      signals.push(init?.signal);
      // Says that it failed and stays: nothing more comes, and no end.
      const body = new ReadableStream({ start: (controller) => controller.enqueue(event) });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const failed = await ask(modelSpec(providerSpec(server, kind, { fetch })), '[[tokens 1]]');

    expect(failed.error?.error.code).toBe('provider.overloaded');
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test('that is stopped closes its request', async () => {
    const stop = new AbortController();
    const { text, thrown } = await ask(spec(), {
      messages: '[[tokens 5]] [[silence 5]] [[tokens 5]]',
      signal: stop.signal,
      onPart: () => stop.abort(new Error('stopped')),
    });

    expect(thrown).not.toBeNull();
    expect(wordsIn(text).length).toBeGreaterThan(0);
    await expect.poll(() => server.requests.at(-1)?.state).toBe('aborted');
  });

  test('whose reader goes away closes its request', async () => {
    const { signal } = new AbortController();
    const messages = [{ role: 'user', text: '[[endless]]' }] as const;
    for await (const part of createModel(spec()).stream({ system: '', messages, tools: [], signal })) {
      expect(part.type).toBe('text');
      break;
    }

    await expect.poll(() => server.requests.at(-1)?.state).toBe('aborted');
  });

  test('goes on with the words that are missing when the answer is continued', async () => {
    const first = await ask(spec(), '[[tokens 40 @0]] [[cut 15]]');
    expect(first.error?.error.code).toBe('provider.cut');
    const second = await ask(spec(), {
      messages: [
        { role: 'user', text: '[[tokens 40 @0]] [[cut 15]]' },
        { role: 'assistant', content: [{ type: 'text', text: first.text }] },
        { role: 'user', text: 'Continue.' },
      ],
    });
    expect(wordsIn(first.text + second.text)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});
