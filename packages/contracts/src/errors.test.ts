import { errorCatalogue } from '@atelier/kernel/errors';
import { describe, expect, test } from 'vitest';
import { wireError } from './errors.ts';

const refusal = { code: 'session.stale', message: 'Look again.', retryable: false };

describe('an error on the wire', () => {
  test.each(Object.keys(errorCatalogue))('may have the code %s', (code) => {
    expect(wireError.parse({ ...refusal, code }).code).toBe(code);
  });

  test.each(['session.on_fire', '', 'toString', 'constructor', '__proto__', 42, null])(
    'has no code that is not in the catalogue, such as %j',
    (code) => {
      expect(wireError.safeParse({ ...refusal, code }).success).toBe(false);
    },
  );

  test('carries everything a caller may act on', () => {
    const whole = {
      ...refusal,
      retryAfterMs: 500,
      requestId: 'r-1',
      details: { id: 'a', count: 2, isFull: false },
      fields: [{ path: 'parts.0.text', problem: 'Too long.' }],
    };

    expect(wireError.parse(whole)).toEqual(whole);
  });

  test.each([
    ['a field nobody announced', { stack: 'Error: at …' }],
    ['the refused value of a field', { fields: [{ path: 'password', problem: 'Too short.', value: 'hunter2' }] }],
    ['a structure among the details', { details: { query: { text: 'SELECT 1' } } }],
    ['a time to wait that is in the past', { retryAfterMs: -1 }],
    ['half a millisecond', { retryAfterMs: 0.5 }],
  ])('does not carry %s', (_name, extra) => {
    expect(wireError.safeParse({ ...refusal, ...extra }).success).toBe(false);
  });
});
