import type { Part, ToolPart } from '@atelier/contracts/parts';
import { describe, expect, test } from 'vitest';
import { goalMessage, resultOf, verdictOf } from './stage-messages.ts';

const at = '2026-01-01T00:00:00.000Z';
const text = (step: number, words: string): Part => ({ type: 'text', step, text: words });
const call = (over: Partial<ToolPart>): ToolPart => ({
  type: 'tool',
  step: 0,
  callId: '0-a',
  name: 'verdict',
  title: '',
  inputText: '{"pass":true,"reason":"fine"}',
  state: 'succeeded',
  output: '',
  startedAt: at,
  endedAt: at,
  ...over,
});

describe('a verdict', () => {
  test('is the last one that was said', () => {
    expect(verdictOf([call({}), call({ inputText: '{"pass":false,"reason":"no"}' })])).toEqual({
      pass: false,
      reason: 'no',
    });
  });

  test('counts although a worker died over it', () => {
    expect(verdictOf([call({ state: 'unknown' })])?.pass).toBe(true);
  });

  test.each([
    ['nothing', []],
    ['another tool', [call({ name: 'read_file' })]],
    ['a call that was refused', [call({ state: 'failed' })]],
    ['arguments that are cut off', [call({ inputText: '{"pass":tr' })]],
    ['arguments that do not fit', [call({ inputText: '{"pass":"yes","reason":"x"}' })]],
  ])('is none in %s', (_what, parts: readonly Part[]) => {
    expect(verdictOf(parts)).toBeNull();
  });
});

test('a result is what was said last, in all its pieces', () => {
  expect(resultOf([text(0, 'I look.'), text(1, 'It '), text(1, 'works.'), text(2, ' ')])).toBe('It works.');
  expect(resultOf([])).toBe('');
});

test('what a pipeline is started with is put in as it is, wherever it is asked for', () => {
  const stage = { name: 'S', goal: '{{input}} and {{input}}', agent: null, gate: { kind: 'none' } } as const;

  expect(goalMessage(stage, '$& {{input}}', null)).toBe('$& {{input}} and $& {{input}}');
  expect(goalMessage(stage, 'a', 'Shorter.')).toContain('not accepted: Shorter.');
});
