import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds, providerSpec } from '../../test/providers.ts';
import { ModelError } from '../ports.ts';
import { listModels } from './list-models.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer({ models: ['a', 'b', 'c'] });
});
afterAll(() => server.close());

const { signal } = new AbortController();

describe.each(kinds)('the models of a provider of kind %s', (kind) => {
  test('are listed, each once, in its order', async () => {
    const models = await listModels(providerSpec(server, kind), signal);

    expect(models.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    if (kind === 'anthropic') {
      expect(models[0]).toEqual({ id: 'a', label: 'The a model', contextWindow: 200_000, maxOutputTokens: 64_000 });
    }
    if (kind === 'google') {
      expect(models[0]).toEqual({ id: 'a', label: 'The a model', contextWindow: 1_065_536, maxOutputTokens: 65_536 });
    }
  });

  test('are not listed for a wrong key', async () => {
    const failed = listModels(providerSpec(server, kind, { apiKey: 'sk-hunter2' }), signal);

    await expect(failed).rejects.toMatchObject({
      error: { code: 'provider.auth', message: expect.stringMatching(/^Together refused the API key\./) },
    });
  });

  test.each([
    ['no JSON', () => new Response('<html>'), 'provider.invalid_data'],
    [
      'JSON of another shape',
      () => Response.json({ data: [{ name: 7 }], models: [{ name: 7 }] }),
      'provider.invalid_data',
    ],
    ['an outage', () => new Response('', { status: 503 }), 'provider.overloaded'],
    ['a redirection', () => Response.redirect('http://elsewhere.test/'), 'provider.invalid_data'],
  ] as const)('are not listed from %s', async (_name, answer, code) => {
    const fetch = async () => answer();
    const failed = listModels(providerSpec(server, kind, { fetch }), signal);

    await expect(failed).rejects.toBeInstanceOf(ModelError);
    await expect(failed).rejects.toMatchObject({ error: { code } });
  });
});

test('a list that is too long is not read to its end', async () => {
  let pulled = 0;
  const piece = new TextEncoder().encode('x'.repeat(1024 * 1024));
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    pulled += 1;
    controller.enqueue(piece);
  };
  const fetch = async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  const failed = listModels(providerSpec(server, 'openai', { fetch }), signal);

  await expect(failed).rejects.toMatchObject({ error: { code: 'provider.invalid_data' } });
  expect(pulled).toBeLessThan(12);
});

test('the pages of a list are read one after another', async () => {
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request) => {
    const url = new URL(String(input));
    asked.push(url.searchParams.get('after_id') ?? '');
    url.searchParams.set('limit', '2');
    return await globalThis.fetch(url, { headers: { 'x-api-key': server.key, 'anthropic-version': '2023-06-01' } });
  };
  const models = await listModels(providerSpec(server, 'anthropic', { fetch }), signal);

  expect(models.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual(['', 'b']);
});

test('a list whose pages never end is given up', async () => {
  let pages = 0;
  const fetch = async () => {
    pages += 1;
    return Response.json({ models: [{ name: `models/m${pages}` }], nextPageToken: `p${pages}` });
  };
  const models = await listModels(providerSpec(server, 'google', { fetch }), signal);

  expect(pages).toBe(20);
  expect(models).toHaveLength(20);
});

test.each([
  ['OpenRouter', { id: 'm', name: 'M', context_length: 1000, top_provider: { max_completion_tokens: 10 } }],
  ['Together', { id: 'm', display_name: 'M', context_length: 1000, max_completion_tokens: 10 }],
  ['Groq', { id: 'm', name: 'M', context_window: 1000, max_completion_tokens: 10 }],
  ['vLLM', { id: 'm', name: 'M', max_model_len: 1000, max_completion_tokens: 10 }],
])('what %s tells of its models is read', async (name, model) => {
  const fetch = async () => Response.json(name === 'Together' ? [model] : { object: 'list', data: [model] });

  expect(await listModels(providerSpec(server, 'openai_compatible', { fetch }), signal)).toEqual([
    { id: 'm', label: 'M', contextWindow: 1000, maxOutputTokens: 10 },
  ]);
});

test('what is odd about one model does not spoil the list', async () => {
  const fetch = async () => Response.json({ data: [{ id: 'm', name: 7, context_length: -1, top_provider: 'x' }] });

  expect(await listModels(providerSpec(server, 'openai_compatible', { fetch }), signal)).toEqual([{ id: 'm' }]);
});

test('a list that nobody waits for any more is not read', async () => {
  const stop = new AbortController();
  stop.abort(new Error('gone'));

  await expect(listModels(providerSpec(server, 'openai'), stop.signal)).rejects.toThrow('gone');
});
