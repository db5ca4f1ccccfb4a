import { expect, test } from 'vitest';
import { dayOf, lastDays, monthOf, nextDay, nextMonth } from './days.ts';

const late = new Date('2024-02-29T23:59:59.999Z');

test('days and months begin and end in UTC', () => {
  expect([dayOf(late), monthOf(late)]).toEqual(['2024-02-29', '2024-02-01']);
  expect([nextDay(late), nextMonth(late)]).toEqual([new Date('2024-03-01'), new Date('2024-03-01')]);
  expect(nextMonth(new Date('2024-12-31T12:00:00Z'))).toEqual(new Date('2025-01-01'));
});

test('the last days end today, and leave none out', () => {
  expect(lastDays(new Date('2024-03-01T00:00:00Z'), 3)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
});
