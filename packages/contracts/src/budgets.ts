import * as z from 'zod';
import { instant, userId } from './ids.ts';

/**
 * Whom a budget is for: all of the organisation together, each member who has none of their own, or one member. That of
 * the installation is for each organisation, beside its own.
 */
export const budgetScope = z.enum(['installation', 'organisation', 'each_member', 'member']);
export type BudgetScope = z.infer<typeof budgetScope>;

/** Null: as much as they like. */
const limits = {
  /** Micro-dollars a calendar month, in UTC. */
  monthlyCost: z.number().int().min(1).max(1_000_000_000_000).nullable(),
  /** Of input and output together, a day, in UTC. */
  dailyTokens: z.number().int().min(1).max(1_000_000_000_000).nullable(),
};

export const budgetLimits = z.strictObject(limits);
export type BudgetLimits = z.infer<typeof budgetLimits>;

/** What whoever it is for has used of it. */
const spent = z.strictObject({ cost: z.number().int().nonnegative(), tokens: z.number().int().nonnegative() });

export const budgetDto = z.strictObject({
  scope: budgetScope,
  /** Set for one member. */
  userId: userId.nullable(),
  /** Null for who is no member any more. */
  name: z.string().nullable(),
  ...limits,
  /** This month and today; null for each member, who spend apart. */
  spent: spent.nullable(),
});
export type BudgetDto = z.infer<typeof budgetDto>;

export const budgetList = z.strictObject({ items: z.array(budgetDto) });

/** Both null: none any more. */
export const setBudgetInput = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('organisation'), ...limits }),
  z.strictObject({ scope: z.literal('each_member'), ...limits }),
  z.strictObject({ scope: z.literal('member'), userId, ...limits }),
]);
export type SetBudgetInput = z.infer<typeof setBudgetInput>;

/** What holds for the person who asks. */
export const ownBudgets = z.strictObject({
  items: z.array(z.strictObject({ of: z.enum(['installation', 'organisation', 'person']), ...limits, spent })),
  /** When what is spent today, and this month, no longer counts. */
  dayEndsAt: instant,
  monthEndsAt: instant,
});
export type OwnBudgets = z.infer<typeof ownBudgets>;
