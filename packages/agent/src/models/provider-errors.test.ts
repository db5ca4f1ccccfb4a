import { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { failure } from '../../test/samples.ts';
import { cutOff, toModelError } from './provider-errors.ts';

const secret = 'sk-hunter2';

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

afterEach(() => {
  vi.useRealTimers();
});

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
    const error = toModelError(refusal(status), 'gpt-5');

    expect(error.error).toMatchObject({ code, retryable });
    expect(error.error.message).toMatch(/^The .*\.$/);
    expect(JSON.stringify(error.error)).not.toMatch(/hunter2|example\.com|private/);
  });

  test('about a model it does not know names the model that was asked for', () => {
    expect(toModelError(refusal(404), 'gpt-5').error.message).toContain('"gpt-5"');
  });

  test.each(['{"error":{"code":"insufficient_quota"}}', 'Check your plan and billing details'])(
    'with 429 that says %j will not pass by itself',
    (body) => {
      expect(toModelError(refusal(429, { body }), 'm').error).toMatchObject({
        code: 'provider.refused',
        retryable: false,
      });
    },
  );

  test('is found however deep it is wrapped', () => {
    const wrapped = new Error('retry failed', { cause: new Error('inner', { cause: refusal(401) }) });

    expect(toModelError(wrapped, 'm').error.code).toBe('provider.auth');
  });
});

describe('how long to wait', () => {
  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['a fraction of a second', { 'retry-after': '0.5' }, 500],
    ['milliseconds, which win', { 'retry-after': '7', 'retry-after-ms': '1500' }, 1500],
    ['a date', { 'retry-after': 'Mon, 04 May 2026 03:02:11 GMT' }, 10_000],
    ['a date that has passed', { 'retry-after': 'Mon, 04 May 2026 03:02:00 GMT' }, undefined],
    ['no time at all', { 'retry-after': '0' }, undefined],
    ['a time in the past', { 'retry-after': '-5' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing', {}, undefined],
  ])('is read from %s', (_name, headers, expected) => {
    vi.useFakeTimers({ now: new Date('2026-05-04T03:02:01.000Z') });

    expect(toModelError(refusal(429, { headers }), 'm').retryAfterMs).toBe(expected);
    expect(toModelError(refusal(503, { headers }), 'm').retryAfterMs).toBe(expected);
  });

  test('is nothing for a failure that does not pass', () => {
    expect(toModelError(refusal(401, { headers: { 'retry-after': '7' } }), 'm').retryAfterMs).toBeUndefined();
  });
});

describe('a failure of the connection', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])(
    'with %s means that nobody is there',
    (code) => {
      const { error } = toModelError(network(code), 'm');

      expect(error).toMatchObject({ code: 'provider.unreachable', retryable: true });
      expect(error.message).not.toContain(secret);
    },
  );

  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])(
    'with %s means that the answer was cut',
    (code) => {
      expect(toModelError(network(code), 'm').error).toEqual(cutOff().error);
    },
  );

  test.each([
    ['terminated', 'provider.cut'],
    ['other side closed', 'provider.cut'],
    ['fetch failed', 'provider.unreachable'],
    ['Cannot connect to API', 'provider.unreachable'],
    ['the moon is full', 'provider.invalid_data'],
  ])('that only says %j is %s', (words, code) => {
    expect(toModelError(new Error(words), 'm').error.code).toBe(code);
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
    const { error: told } = toModelError(error, 'm');

    expect(told).toMatchObject({ code: 'provider.invalid_data', retryable: true });
    expect(told.message).toContain('is kept');
  });
});

test('a failure that has its words already keeps them', () => {
  const known = failure('provider.stalled');

  expect(toModelError(known, 'm')).toBe(known);
});

test('the cause is kept for the log', () => {
  const cause = network('ECONNRESET');

  expect(toModelError(cause, 'm').cause).toBe(cause);
});
