import { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import { describe, expect, test } from 'vitest';
import { failure } from '../../test/samples.ts';
import { cutOff, toModelError } from './provider-errors.ts';

const secret = 'sk-hunter2';
const about = { provider: 'Together', model: 'gpt-5' };

interface Answer {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function refusal(statusCode: number, { headers, body }: Answer = {}): APICallError {
  return new APICallError({
    message: `The key ${secret} was refused by api.example.com`,
    url: 'https://api.example.com/v1/chat/completions',
    requestBodyValues: { messages: ['private'] },
    statusCode,
    ...(headers ? { responseHeaders: headers } : {}),
    ...(body === undefined ? {} : { responseBody: body }),
  });
}

/** An error of the network, as Node's fetch wraps it. */
function network(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(`at ${secret}`), { code }) });
}

describe('an answer of the provider', () => {
  test.each([
    [401, 'provider.auth', false],
    [403, 'provider.auth', false],
    [404, 'provider.model_not_found', false],
    [429, 'provider.rate_limited', true],
    [400, 'provider.refused', false],
    [402, 'provider.refused', false],
    [422, 'provider.refused', false],
    [500, 'provider.overloaded', true],
    [503, 'provider.overloaded', true],
    [529, 'provider.overloaded', true],
  ] as const)('with status %i is %s', (status, code, retryable) => {
    const error = toModelError(refusal(status), about);

    expect(error.error).toMatchObject({ code, retryable });
    expect(error.error.message).toMatch(/^(The account at )?Together .*\.$/);
    expect(JSON.stringify(error.error)).not.toMatch(/hunter2|example\.com|private/);
  });

  test('about a model it does not know names the model that was asked for', () => {
    expect(toModelError(refusal(404), about).error.message).toContain('"gpt-5"');
  });

  test('that passes says how long to wait, and one that lasts does not', () => {
    const headers = { 'retry-after': '7' };

    expect(toModelError(refusal(429, { headers }), about).retryAfterMs).toBe(7000);
    expect(toModelError(refusal(503, { headers }), about).retryAfterMs).toBe(7000);
    expect(toModelError(refusal(401, { headers }), about).retryAfterMs).toBeUndefined();
  });

  test.each(['{"error":{"code":"insufficient_quota"}}', 'Check your plan and billing details'])(
    'with 429 that says %j will not pass by itself',
    (body) => {
      expect(toModelError(refusal(429, { body }), about).error).toMatchObject({
        code: 'provider.refused',
        retryable: false,
      });
    },
  );

  test('is found however deep it is wrapped', () => {
    const wrapped = new Error('retry failed', { cause: new Error('inner', { cause: refusal(401) }) });

    expect(toModelError(wrapped, about).error.code).toBe('provider.auth');
  });
});

describe('an error in the middle of a stream', () => {
  test.each([
    [
      'that names its status',
      { message: 'x', statusCode: 529, data: {} },
      'provider.overloaded',
      'Together answered 529.',
    ],
    ['that names it as its code', { message: 'x', code: 502 }, 'provider.overloaded', 'Together answered 502.'],
    ['that names it as text', { message: 'x', code: '429' }, 'provider.rate_limited', 'Together is asked too often'],
    ['of a limit', { message: 'x', type: 'rate_limit_error' }, 'provider.rate_limited', 'Together is asked too often'],
    ['of a request', { message: 'x', code: 'invalid_prompt' }, 'provider.refused', 'Together refused the request'],
    ['of overload', { message: 'x', type: 'overloaded_error' }, 'provider.overloaded', 'Together answered 529.'],
    ['of nothing known', { message: secret }, 'provider.overloaded', 'Together answered 500.'],
    ['of a long prompt', { message: 'x', code: 'context_length_exceeded' }, 'provider.context_too_long', 'is too long'],
  ])('%s is told by it, and what was written is kept', (_name, error, code, words) => {
    const { error: told } = toModelError(error, about);

    expect(told.code).toBe(code);
    expect(told.message).toContain(words);
    expect(told.message).toContain('is kept');
    expect(told.message).not.toContain(secret);
  });
});

describe('a failure of the connection', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])(
    'with %s means that nobody is there',
    (code) => {
      const { error } = toModelError(network(code), about);

      expect(error).toMatchObject({ code: 'provider.unreachable', retryable: true });
      expect(error.message).not.toContain(secret);
    },
  );

  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])(
    'with %s means that the answer was cut',
    (code) => {
      expect(toModelError(network(code), about).error).toEqual(cutOff(about).error);
    },
  );

  test.each([
    ['terminated', 'provider.cut'],
    ['other side closed', 'provider.cut'],
    ['fetch failed', 'provider.unreachable'],
    ['Cannot connect to API', 'provider.unreachable'],
    ['Response stream ended without a finish reason.', 'provider.cut'],
    ['Unterminated string in JSON at position 7', 'provider.invalid_data'],
    ['the moon is full', 'provider.invalid_data'],
  ])('that only says %j is %s', (words, code) => {
    expect(toModelError(new Error(words), about).error.code).toBe(code);
  });
});

describe('data that cannot be read', () => {
  test.each([
    ['no JSON', new JSONParseError({ text: '{', cause: new SyntaxError('end') })],
    ['JSON of another shape', new TypeValidationError({ value: {}, cause: new Error('shape') })],
    ['a response nobody understands', new InvalidResponseDataError({ data: {} })],
    ['an answer of status 200 that is none', refusal(200, { body: '<html>' })],
    ['what is not even an error', 'boom'],
  ])('is %s', (_name, error) => {
    const { error: told } = toModelError(error, about);

    expect(told).toMatchObject({ code: 'provider.invalid_data', retryable: true });
    expect(told.message).toContain('is kept');
  });
});

test.each([
  ['the model provider', refusal(503), 'The model provider answered 503.'],
  ['ollama', refusal(429), 'Ollama is asked too often (429).'],
  ['the model provider', network('ECONNRESET'), 'The connection to the model provider broke in the middle'],
])('of %s it is told in whole sentences', (provider, error, words) => {
  expect(toModelError(error, { provider, model: 'm' }).error.message).toContain(words);
});

test('a failure that has its words already keeps them', () => {
  const known = failure('provider.stalled');

  expect(toModelError(known, about)).toBe(known);
  expect(toModelError(new Error('Failed to process the response', { cause: known }), about)).toBe(known);
});

test('the cause is kept for the log', () => {
  const cause = network('ECONNRESET');

  expect(toModelError(cause, about).cause).toBe(cause);
});
