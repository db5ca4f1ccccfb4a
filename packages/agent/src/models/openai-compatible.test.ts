import { type ModelServer, startModelServer } from '@atelier/model-server/model-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError, type ModelPart, type PromptMessage } from '../ports.ts';
import { createOpenAiCompatibleModel } from './openai-compatible.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

async function ask(
  messages: string | readonly PromptMessage[],
  over: { key?: string; model?: string; url?: string } = {},
) {
  const model = createOpenAiCompatibleModel({
    baseUrl: over.url ?? server.url,
    apiKey: over.key ?? server.key,
    model: over.model ?? server.model,
  });
  const conversation = typeof messages === 'string' ? [{ role: 'user' as const, text: messages }] : messages;
  const parts: ModelPart[] = [];
  let error: unknown = null;
  try {
    const stream = model.stream({
      system: 'Be brief.',
      messages: conversation,
      tools: [],
      signal: new AbortController().signal,
    });
    for await (const part of stream) parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  return { parts, text, error: error instanceof ModelError ? error : null, thrown: error };
}

describe('a model over the OpenAI-compatible protocol', () => {
  it('streams reasoning, numbered words and the usage', async () => {
    const { parts, text, thrown } = await ask('[[reason 3 @0]] [[tokens 30 @0]]');
    expect(thrown).toBeNull();
    expect(text.match(/t\d{6}/g)).toHaveLength(30);
    expect(parts.filter(({ type }) => type === 'reasoning')).toHaveLength(3);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', usage: { outputTokens: 30 } });
  });

  it('streams the arguments of a tool call and then the whole call', async () => {
    const { parts } = await ask('[[tool write_file {"path":"a.md","content":"[[x]] and more"}]] [[tokens 3]]');
    const call = parts.find((part) => part.type === 'tool_call');
    expect(call).toMatchObject({ name: 'write_file' });
    const streamed = parts.flatMap((part) => (part.type === 'tool_input' ? [part.text] : [])).join('');
    expect(JSON.parse(streamed)).toEqual({ path: 'a.md', content: '[[x]] and more' });
  });

  it('goes on with the words that are missing when the answer is continued', async () => {
    const first = await ask('[[tokens 40 @0]] [[cut 15]]');
    expect(first.error?.error.code).toBe('provider.cut');
    const second = await ask([
      { role: 'user', text: '[[tokens 40 @0]] [[cut 15]]' },
      { role: 'assistant', content: [{ type: 'text', text: first.text }] },
      { role: 'user', text: 'Continue.' },
    ]);
    const words = (first.text + second.text).match(/t\d{6}/g)?.map((word) => Number(word.slice(1)));
    expect(words).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it.each([
    ['a wrong key', '[[tokens 1]]', { key: 'wrong' }, 'provider.auth'],
    ['an unknown model', '[[tokens 1]]', { model: 'none' }, 'provider.model_not_found'],
    ['a dead address', '[[tokens 1]]', { url: 'http://127.0.0.1:9/v1' }, 'provider.unreachable'],
    ['429', '[[status 429 retry-after 2]]', {}, 'provider.rate_limited'],
    ['500', '[[status 500]]', {}, 'provider.overloaded'],
    ['400', '[[status 400]]', {}, 'provider.refused'],
    ['a cut stream', '[[tokens 9 @0]] [[cut 4]]', {}, 'provider.cut'],
    ['garbage', '[[tokens 9 @0]] [[garbage 4]]', {}, 'provider.invalid_data'],
  ] as const)('names %s', async (_name, script, over, code) => {
    const { error, text } = await ask(script, over);
    expect(error?.error.code).toBe(code);
    expect(error?.error.message).not.toContain(server.key);
    if (code === 'provider.cut' || code === 'provider.invalid_data') expect(text.match(/t\d{6}/g)).toHaveLength(4);
  });

  it('hands on for how long the provider asked to wait', async () => {
    const { error } = await ask('[[status 429 retry-after 2]]');
    expect(error?.retryAfterMs).toBe(2000);
  });
});
