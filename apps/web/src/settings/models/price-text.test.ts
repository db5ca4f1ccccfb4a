import { describe, expect, test } from 'vitest';
import { formatPrice } from './format-price.ts';
import { dollarText, microDollars } from './price-text.ts';

describe('dollars as they are typed', () => {
  test.each([
    ['3', 3_000_000],
    ['0.15', 150_000],
    ['0,15', 150_000],
    [' 1.10 ', 1_100_000],
    ['0.000001', 1],
    ['0', 0],
    ['1000000', 1_000_000_000_000],
    ['4.35', 4_350_000],
  ])('%j are %i micro-dollars', (text, price) => {
    expect(microDollars(text)).toBe(price);
  });

  test('are nothing while nothing is typed', () => {
    expect(microDollars('  ')).toBeNull();
  });

  test.each(['-1', '1.2345678', '1e3', 'free', '1.', '.5', '1,000.00', '1000001', '$3'])('%j is no price', (text) => {
    expect(microDollars(text)).toBeUndefined();
  });
});

test.each([0, 1, 10, 150_000, 1_100_000, 4_350_000, 999_999_999_999])('%i is the same after it was shown', (price) => {
  expect(microDollars(dollarText(price))).toBe(price);
});

test('a price is shown whole', () => {
  expect(formatPrice(3_000_000, 'en')).toBe('$3.00');
  expect(formatPrice(75_500, 'en')).toBe('$0.0755');
});
