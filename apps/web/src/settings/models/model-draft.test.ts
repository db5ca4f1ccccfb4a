import { describe, expect, test } from 'vitest';
import { type ModelDraft, priceIn, tokensIn } from './model-draft.ts';

const draft = (input: string, output: string, cachedInput = ''): ModelDraft => ({
  label: 'Any',
  contextWindow: '',
  maxOutputTokens: '',
  input,
  output,
  cachedInput,
  features: { tools: true, images: false, reasoning: false },
});

describe('a price', () => {
  test('needs what input and output cost', () => {
    expect(priceIn(draft('0.15', '0.60'))).toEqual({ input: 150_000, output: 600_000, cachedInput: null });
    expect(priceIn(draft('0.15', ''))).toBe('half');
    expect(priceIn(draft('', '', '0.01'))).toBe('half');
  });

  test('is unknown when nothing is typed, and none when something else is', () => {
    expect(priceIn(draft('', ''))).toBeNull();
    expect(priceIn(draft('much', '1'))).toBeUndefined();
  });
});

describe('tokens', () => {
  test.each([
    ['', null],
    [' 128000 ', 128_000],
    ['100000000', 100_000_000],
  ])('%j are %j', (text, tokens) => {
    expect(tokensIn(text)).toBe(tokens);
  });

  test.each(['0', '1.5', '128k', '-1', '100000001'])('%j is no number of them', (text) => {
    expect(tokensIn(text)).toBeUndefined();
  });
});
