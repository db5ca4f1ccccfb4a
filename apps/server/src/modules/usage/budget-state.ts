import type { BudgetState } from '@atelier/agent/ports';
import type { SpentRow } from './budgets.repository.ts';
import { nextDay, nextMonth } from './days.ts';

/** From this part of a budget on, it is said that it runs low. */
const warnsFrom = 0.8;

const whose = {
  installation: 'the budget that this installation gives',
  organisation: 'the budget of',
  person: 'your budget in',
} as const;

/** Whose budget it is, and who may raise it. */
export interface Administration {
  readonly name: string;
  readonly administrators: readonly string[];
}

/** One limit of a budget, and how much of it is used. */
export interface LimitState {
  readonly of: 'installation' | 'organisation' | 'person';
  readonly kind: 'money' | 'tokens';
  readonly limit: number;
  readonly used: number;
}

/** The limit that has been used most of; null: there is none. */
export function tightest(rows: readonly SpentRow[]): LimitState | null {
  const limits = rows.flatMap((row) => limitsOf(row));
  return limits.reduce<LimitState | null>(
    (worst, limit) => (worst === null || partOf(limit) > partOf(worst) ? limit : worst),
    null,
  );
}

/** What it means for a run: go on, go on and say that it runs low, or stop. In words for the chat. */
export async function stateOf(
  limit: LimitState | null,
  now: Date,
  administration: () => Promise<Administration>,
): Promise<BudgetState> {
  if (limit === null || partOf(limit) < warnsFrom) return { kind: 'fine' };
  const { name, administrators } = await administration();
  const budget = `${whose[limit.of]} ${name}, ${amountOf(limit, limit.limit)} a ${
    limit.kind === 'money' ? 'month' : 'day'
  }`;
  const renewal = `It renews on ${dateOf(limit.kind === 'money' ? nextMonth(now) : nextDay(now))} (UTC).`;
  if (partOf(limit) < 1) {
    const percent = Math.floor(partOf(limit) * 100);
    return { kind: 'warning', text: `${percent} % of ${budget}, is used. ${renewal}` };
  }
  const whoRaises =
    limit.of === 'installation'
      ? 'An administrator of the installation'
      : administrators.length === 0
        ? 'An administrator'
        : namesOf(administrators);
  const message = `${capital(budget)}, is used up (${amountOf(limit, limit.used)}). ${renewal} ${whoRaises} can raise it.`;
  return { kind: 'spent', error: { code: 'run.budget', message, retryable: false } };
}

function limitsOf({ scope, monthlyCost, dailyTokens, spentCost, spentTokens }: SpentRow): readonly LimitState[] {
  const of = scope === 'installation' || scope === 'organisation' ? scope : 'person';
  return [
    ...(monthlyCost === null ? [] : [{ of, kind: 'money', limit: monthlyCost, used: spentCost } as const]),
    ...(dailyTokens === null ? [] : [{ of, kind: 'tokens', limit: dailyTokens, used: spentTokens } as const]),
  ];
}

function partOf({ limit, used }: LimitState): number {
  return used / limit;
}

function amountOf({ kind }: LimitState, amount: number): string {
  if (kind === 'tokens') return `${new Intl.NumberFormat('en').format(amount)} tokens`;
  const dollars = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 6 });
  return dollars.format(amount / 1_000_000);
}

function dateOf(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(at);
}

function namesOf(names: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
