import { expect, test } from 'vitest';
import { stateOf, tightest } from './budget-state.ts';
import type { SpentRow } from './budgets.repository.ts';

const now = new Date('2026-12-31T22:00:00Z');
const lab = async () => ({ name: 'Lab', administrators: ['Grace', 'Ada', 'Bea'] });
const organisation: SpentRow = {
  scope: 'organisation',
  userId: null,
  monthlyCost: 20_000_000,
  dailyTokens: null,
  spentCost: 0,
  spentTokens: 0,
};
const own: SpentRow = { ...organisation, scope: 'each_member', monthlyCost: null, dailyTokens: 1000 };
const state = (...rows: readonly SpentRow[]) => stateOf(tightest(rows), now, lab);

test('without a budget, and below four fifths of it, all is fine', async () => {
  expect(await state()).toEqual({ kind: 'fine' });
  expect(await state({ ...organisation, spentCost: 15_999_999 })).toEqual({ kind: 'fine' });
});

test('from four fifths on it is said how much is used, and when it renews', async () => {
  expect(await state({ ...organisation, spentCost: 16_000_000 })).toEqual({
    kind: 'warning',
    text: '80 % of the budget of Lab, $20.00 a month, is used. It renews on 1 January 2027 (UTC).',
  });
});

test('what is used up says whose it is, when it renews, and who can raise it', async () => {
  expect(await state({ ...organisation, spentCost: 20_000_000 })).toEqual({
    kind: 'spent',
    error: {
      code: 'run.budget',
      message:
        'The budget of Lab, $20.00 a month, is used up ($20.00). It renews on 1 January 2027 (UTC). Grace, Ada, or Bea can raise it.',
      retryable: false,
    },
  });
  const message =
    'Your budget in Lab, 1,000 tokens a day, is used up (1,200 tokens). It renews on 1 January 2027 (UTC). An administrator can raise it.';
  const spent = await stateOf(tightest([{ ...own, spentTokens: 1200 }]), now, async () => ({
    name: 'Lab',
    administrators: [],
  }));
  expect(spent).toMatchObject({ kind: 'spent', error: { message } });
});

test('of several limits the one that is used most decides', async () => {
  const almost = { ...organisation, spentCost: 19_000_000 };
  expect(await state(almost, { ...own, spentTokens: 1000 })).toMatchObject({
    error: { message: expect.stringContaining('Your budget') },
  });
  expect(await state({ ...almost, dailyTokens: 10, spentTokens: 9 })).toMatchObject({
    text: expect.stringContaining('95 %'),
  });
});
