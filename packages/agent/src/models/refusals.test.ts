import { describe, expect, test } from 'vitest';
import { failureOfRefusal } from './refusals.ts';

const about = { provider: 'Together', model: 'm' };
const told = (status: number, said: string) =>
  failureOfRefusal({ status, said, headers: {}, isMidStream: false }, about);

describe('a prompt that is too long is told as such, as it is said by', () => {
  test.each([
    [
      'OpenAI',
      400,
      '{"error":{"code":"context_length_exceeded","message":"Your input exceeds the context window of this model."}}',
    ],
    [
      'Anthropic',
      400,
      '{"error":{"type":"invalid_request_error","message":"prompt is too long: 203456 tokens > 200000 maximum"}}',
    ],
    ['Anthropic by size', 413, '{"error":{"type":"request_too_large"}}'],
    ['Google', 400, 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'],
    ['vLLM', 400, "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens."],
    ['llama.cpp', 400, 'the request exceeds the available context size, try increasing it'],
    ['OpenAI by the minute', 429, 'Request too large for gpt-5 on tokens per min (TPM): Limit 10000, Requested 12000.'],
    ['Mistral', 400, 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length'],
    ['Bedrock', 400, 'Input is too long for requested model.'],
  ])('%s', (_name, status, said) => {
    expect(told(status, said)).toMatchObject({ code: 'provider.context_too_long', isLasting: true });
  });
});

describe('an account without money is told as such, as it is said by', () => {
  test.each([
    ['OpenAI', 429, '{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}'],
    ['Anthropic', 400, 'Your credit balance is too low to access the Anthropic API.'],
    ['OpenRouter', 402, '{"error":{"message":"Insufficient credits"}}'],
    ['DeepSeek', 402, '{"error":{"message":"Insufficient Balance"}}'],
    [
      'Google for the day',
      429,
      '{"quotaId":"GenerateRequestsPerDayPerProject","message":"check your plan and billing details","retryDelay":"9s"}',
    ],
  ])('%s', (_name, status, said) => {
    const { code, message, isLasting } = told(status, said);

    expect({ code, isLasting }).toEqual({ code: 'provider.refused', isLasting: true });
    expect(message).toMatch(/^The account at Together has no quota left\./);
  });
});

test('the limit of a minute at Google passes, though it speaks of bills', () => {
  const said =
    '{"message":"You exceeded your current quota, please check your plan and billing details.","retryDelay":"38s"}';

  expect(told(429, said)).toEqual({
    code: 'provider.rate_limited',
    message: 'Together is asked too often (429).',
    isLasting: false,
    retryAfterMs: 38_000,
  });
});

describe('a wrong key is told as such, as it is said by', () => {
  test.each([
    ['OpenAI', 401, '{"error":{"code":"invalid_api_key"}}'],
    [
      'Google',
      400,
      '{"error":{"message":"API key not valid. Please pass a valid API key.","details":[{"reason":"API_KEY_INVALID"}]}}',
    ],
    ['Anthropic', 403, '{"error":{"type":"permission_error"}}'],
  ])('%s', (_name, status, said) => {
    expect(told(status, said)).toMatchObject({ code: 'provider.auth', isLasting: true });
  });
});

test.each([
  ['OpenRouter', 400, 'x/y is not a valid model ID'],
  ['Groq', 404, '{"error":{"code":"model_not_found"}}'],
  ['OpenAI', 400, 'The model `gpt-99` does not exist or you do not have access to it.'],
])('a model that %s does not know is told by its name', (_name, status, said) => {
  expect(told(status, said)).toMatchObject({
    code: 'provider.model_not_found',
    message: expect.stringContaining('Together knows no model "m".'),
  });
});

test('an outage is an outage, whatever is said of it', () => {
  expect(told(500, 'billing model_not_found context_length_exceeded')).toMatchObject({
    code: 'provider.overloaded',
    isLasting: false,
  });
});

test.each([
  [400, 'The response was filtered due to the prompt triggering our content management policy.'],
  [400, '{"error":{"code":"content_filter"}}'],
])('a content filter is told as such (%i %s)', (status, said) => {
  expect(told(status, said).message).toBe('The content filter of Together refused the request.');
});
