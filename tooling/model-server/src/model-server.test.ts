import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signatureOf } from './checks.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer({ keys: ['key-a', 'key-b'], models: ['scripted', 'scripted-b'] });
});
afterAll(() => server.close());

const image = 'aGVsbG8=';

/** How each protocol is asked: where, with which key, and with what besides the conversation. */
const protocols = {
  chat: {
    url: () => `${server.url}/chat/completions`,
    headers: (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` }),
    body: { model: 'scripted', stream: true },
  },
  responses: {
    url: () => `${server.url}/responses`,
    headers: (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` }),
    body: { model: 'scripted', stream: true, store: false },
  },
  anthropic: {
    url: () => `${server.url}/messages`,
    headers: (key: string): Record<string, string> => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    body: { model: 'scripted', stream: true, max_tokens: 4000 },
  },
  google: {
    url: () => `${server.googleUrl}/models/scripted:streamGenerateContent?alt=sse`,
    headers: (key: string): Record<string, string> => ({ 'x-goog-api-key': key }),
    body: {},
  },
} as const;
type Name = keyof typeof protocols;
const names = ['chat', 'responses', 'anthropic', 'google'] as const;

async function post(name: Name, body: object, opts: { readonly key?: string; readonly url?: string } = {}) {
  const protocol = protocols[name];
  const response = await fetch(opts.url ?? protocol.url(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...protocol.headers(opts.key ?? 'key-a') },
    body: JSON.stringify({ ...protocol.body, ...body }),
  });
  return { status: response.status, text: await response.text() };
}

/** A person's words in each protocol. */
const saying: Record<Name, (text: string) => object> = {
  chat: (text) => ({ messages: [{ role: 'user', content: text }] }),
  responses: (text) => ({ input: [{ role: 'user', content: [{ type: 'input_text', text }] }] }),
  anthropic: (text) => ({ messages: [{ role: 'user', content: text }] }),
  google: (text) => ({ contents: [{ role: 'user', parts: [{ text }] }] }),
};

describe.each(names)('in the protocol %s', (name) => {
  test('words are numbered and the stream has an end', async () => {
    const { status, text } = await post(name, saying[name]('[[tokens 3 @0]]'));

    expect(status).toBe(200);
    expect(text.match(/t\d{6}/g)).toEqual(['t000001', 't000002', 't000003']);
    expect(text).toMatch(/"finish_reason":"stop"|response\.completed|message_stop|"finishReason":"STOP"/);
  });

  test('a key that is not known is refused in the shape of the provider', async () => {
    const { status, text } = await post(name, saying[name]('[[tokens 1]]'), { key: 'wrong' });

    expect(status).toBe(name === 'google' ? 400 : 401);
    expect(JSON.parse(text)).toMatchObject(
      {
        chat: { error: { code: 'invalid_api_key' } },
        responses: { error: { code: 'invalid_api_key' } },
        anthropic: { type: 'error', error: { type: 'authentication_error' } },
        google: { error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } },
      }[name],
    );
  });

  test('an overloaded model is told in the shape of the provider', async () => {
    const { status, text } = await post(name, saying[name]('[[status 529]]'));

    expect(status).toBe(529);
    expect(JSON.parse(text)).toMatchObject(
      {
        chat: { error: { type: 'server_error' } },
        responses: { error: { type: 'server_error' } },
        anthropic: { error: { type: 'overloaded_error' } },
        google: { error: { code: 529 } },
      }[name],
    );
  });

  test('a fault of one model is not the other one’s', async () => {
    const script = saying[name]('[[status 503 for scripted]] [[tokens 2 @0]]');
    const other = { ...script, ...(name === 'google' ? {} : { model: 'scripted-b' }) };
    const url = `${server.googleUrl}/models/scripted-b:streamGenerateContent?alt=sse`;

    expect((await post(name, script)).status).toBe(503);
    expect((await post(name, other, name === 'google' ? { url } : {})).status).toBe(200);
  });

  test('a mistyped script is refused, not guessed', async () => {
    const { status, text } = await post(name, saying[name]('[[dance]]'));

    expect(status).toBe(400);
    expect(text).toContain('Unknown directive');
  });
});

const call = { type: 'tool_use', id: 'a', name: 'echo', input: {} };
const result = { type: 'tool_result', tool_use_id: 'a', content: 'x' };
const thought = { type: 'thinking', thinking: 'Hm', signature: signatureOf('scripted', 'Hm') };
const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 } };
const asks = { role: 'user', content: '[[tool echo {}]] [[tokens 1]]' };

describe('Anthropic’s Messages refuse', () => {
  test.each<[string, object, RegExp]>([
    ['two turns of one side', { messages: [asks, asks] }, /roles must alternate/],
    [
      'a conversation that the model begins',
      { messages: [{ role: 'assistant', content: 'x' }] },
      /roles must alternate/,
    ],
    ['the beginning of an answer', { messages: [asks, { role: 'assistant', content: 'x' }] }, /prefill/],
    [
      'a call without its result',
      { messages: [asks, { role: 'assistant', content: [call] }, asks] },
      /without `tool_result`/,
    ],
    ['a result without its call', { messages: [{ role: 'user', content: [result] }] }, /unexpected `tool_use_id`/],
    [
      'one id for two calls',
      { messages: [asks, { role: 'assistant', content: [call, call] }, asks] },
      /must be unique/,
    ],
    ['blank words', { messages: [{ role: 'user', content: [{ type: 'text', text: ' ' }] }] }, /non-whitespace/],
    ['an id of other letters', { messages: [asks, { role: 'assistant', content: [{ ...call, id: 'a.b' }] }] }, /id/],
    ['what they do not know', { messages: [asks], shape: 'round' }, /[Uu]nrecognized/],
    [
      'a turn that did not begin with its thought while thinking',
      { messages: [asks, { role: 'assistant', content: [call] }, { role: 'user', content: [result] }], ...thinking },
      /must start with a thinking block/,
    ],
    [
      'a thought that is not the one that was thought',
      {
        messages: [
          asks,
          { role: 'assistant', content: [{ ...thought, thinking: 'Ha' }, call] },
          { role: 'user', content: [result] },
        ],
        ...thinking,
      },
      /Invalid `signature`/,
    ],
    [
      'a thought after the words',
      {
        messages: [asks, { role: 'assistant', content: [call, thought] }, { role: 'user', content: [result] }],
        ...thinking,
      },
      /the first block must be/,
    ],
    [
      'a thought while not thinking',
      { messages: [asks, { role: 'assistant', content: [thought, call] }, { role: 'user', content: [result] }] },
      /When thinking is disabled/,
    ],
  ])('%s', async (_name, body, words) => {
    const { status, text } = await post('anthropic', body);

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect(JSON.parse(text).error.message).toMatch(words);
  });

  test('and take a thought with its signature', async () => {
    const messages = [asks, { role: 'assistant', content: [thought, call] }, { role: 'user', content: [result] }];

    expect((await post('anthropic', { messages, ...thinking })).status).toBe(200);
  });
});

const item = { type: 'function_call', call_id: 'a', name: 'echo', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'a', output: 'x' };
const encrypted = signatureOf('scripted', 'Hm');
const reasoning = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: 'Hm' }],
  encrypted_content: encrypted,
};
const input = [{ role: 'user', content: [{ type: 'input_text', text: '[[tool echo {}]] [[tokens 1]]' }] }];

describe('OpenAI’s Responses refuse', () => {
  test.each<[string, object, RegExp]>([
    ['a call without its output', { input: [...input, item] }, /No tool output found for function call a/],
    ['an output without its call', { input: [...input, output] }, /No tool call found/],
    ['a thought with nothing after it', { input: [...input, item, output, reasoning] }, /required following item/],
    [
      'a thought that is not the one that was thought',
      { input: [...input, { ...reasoning, summary: [] }, item, output] },
      /could not be verified/,
    ],
    ['an id that is too long', { input: [...input, { ...item, call_id: 'a'.repeat(65) }] }, /./],
    ['to store', { input, store: true }, /store/],
  ])('%s', async (_name, body, words) => {
    const { status, text } = await post('responses', body);

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(JSON.parse(text).error.message).toMatch(words);
  });

  test('and take a thought before its call', async () => {
    expect((await post('responses', { input: [...input, reasoning, item, output] })).status).toBe(200);
  });
});

const user = { role: 'user', parts: [{ text: '[[tool echo {}]] [[tokens 1]]' }] };
const signed = { functionCall: { name: 'echo', args: {} }, thoughtSignature: signatureOf('scripted', 'echo') };
const answered = { functionResponse: { name: 'echo', response: { content: 'x' } } };

describe('Gemini refuses', () => {
  test.each<[string, object, RegExp]>([
    [
      'a call without its answer',
      { contents: [user, { role: 'model', parts: [signed] }, user] },
      /number of function response parts/,
    ],
    [
      'an answer without its call',
      { contents: [user, { role: 'user', parts: [answered] }] },
      /number of function response parts/,
    ],
    [
      'a call without its signature',
      {
        contents: [
          user,
          { role: 'model', parts: [{ functionCall: signed.functionCall }] },
          { role: 'user', parts: [answered] },
        ],
      },
      /missing a thought_signature/,
    ],
    [
      'a signature of something else',
      {
        contents: [
          user,
          { role: 'model', parts: [{ ...signed, thoughtSignature: 'aGVsbG8=' }] },
          { role: 'user', parts: [answered] },
        ],
      },
      /Corrupted thought signature/,
    ],
    ['a turn without parts', { contents: [{ role: 'user', parts: [] }] }, /./],
  ])('%s', async (_name, body, words) => {
    const { status, text } = await post('google', body);

    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
    expect(JSON.parse(text).error.message).toMatch(words);
  });

  test('and takes a call with its signature', async () => {
    const contents = [user, { role: 'model', parts: [signed] }, { role: 'user', parts: [answered] }];

    expect((await post('google', { contents })).status).toBe(200);
  });
});

const calls = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'echo', arguments: '{}' } }],
};

describe('chat completions refuse', () => {
  test.each<[string, object, RegExp]>([
    ['a call without its result', { messages: [asks, calls] }, /must be followed by tool messages/],
    [
      'a result without its call',
      { messages: [asks, { role: 'tool', tool_call_id: 'a', content: 'x' }] },
      /must be a response/,
    ],
    ['an answer that does not stream', { messages: [asks], stream: false }, /./],
  ])('%s', async (_name, body, words) => {
    const { status, text } = await post('chat', body);

    expect(status).toBe(400);
    expect(JSON.parse(text).error.message).toMatch(words);
  });
});

test('pictures are counted, in every protocol', async () => {
  const url = `data:image/png;base64,${image}`;
  const text = '[[images]]';
  const said = await Promise.all([
    post('chat', {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    }),
    post('responses', {
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text },
            { type: 'input_image', image_url: url },
          ],
        },
      ],
    }),
    post('anthropic', {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
          ],
        },
      ],
    }),
    post('google', {
      contents: [{ role: 'user', parts: [{ text }, { inlineData: { mimeType: 'image/png', data: image } }] }],
    }),
  ]);

  for (const answer of said) expect(answer.text).toContain('image/png');
});

test('requests are counted by model and by key, and read over HTTP', async () => {
  await using own = await startModelServer({ keys: ['a', 'b'], models: ['x', 'y'] });
  const ask = async (model: string, key: string) =>
    await fetch(`${own.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: '[[tokens 1 @0]]' }] }),
    }).then((response) => response.text());
  await ask('x', 'a');
  await ask('x', 'b');
  await ask('y', 'b');

  expect(own.count()).toBe(3);
  expect(own.count({ model: 'x' })).toBe(2);
  expect(own.count({ key: 'b' })).toBe(2);
  expect(own.count({ model: 'y', key: 'a' })).toBe(0);
  const counted = await fetch(new URL('/requests', own.url)).then((response) => response.json());
  expect(counted).toEqual({ total: 3, models: { x: 2, y: 1 } });
});
