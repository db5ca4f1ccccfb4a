import { expect, test } from 'vitest';
import { OrderedInput } from './ordered-input.ts';

test('frames are written in their order, each once, whoever else types', () => {
  const written: string[] = [];
  const input = new OrderedInput((data) => written.push(data));

  for (const [writer, seq, data] of [
    ['ada', 1, 'a'],
    ['ada', 3, 'c'],
    ['bea', 1, 'x'],
    ['ada', 3, 'c'],
    ['ada', 2, 'b'],
    ['ada', 2, 'b'],
    ['ada', 4, 'd'],
  ] as const) {
    expect(input.take(writer, seq, data)).toBe(true);
  }

  expect(written.join('')).toBe('axbcd');
});

test('what waits for a frame that never comes is bounded', () => {
  const input = new OrderedInput(() => undefined);
  const taken = Array.from({ length: 40 }, (_, index) => input.take('ada', index + 2, 'x'));

  expect(taken.filter(Boolean)).toHaveLength(16);
});
