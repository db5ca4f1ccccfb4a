import { expect, test } from 'vitest';
import { OutputRing } from './output-ring.ts';

const text = (ring: OutputRing, offset = ring.start) => ring.read(offset, 1000).toString();

test('what fits is kept from the beginning', () => {
  const ring = new OutputRing(8);
  ring.append(Buffer.from('abc'));
  ring.append(Buffer.from('de'));

  expect([ring.start, ring.end, text(ring), text(ring, 3)]).toEqual([0, 5, 'abcde', 'de']);
  expect(ring.read(1, 2).toString()).toBe('bc');
});

test('of more the end is kept, under the same offsets, however it comes', () => {
  const whole = 'abcdefghijklmnopqrstuvwxyz';
  for (const step of [1, 3, 7, 8, 9, 26]) {
    const ring = new OutputRing(8);
    for (let at = 0; at < whole.length; at += step) ring.append(Buffer.from(whole.slice(at, at + step)));

    expect([ring.start, ring.end, text(ring), text(ring, 24)]).toEqual([18, 26, 'stuvwxyz', 'yz']);
  }
});
