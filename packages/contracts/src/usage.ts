import * as z from 'zod';
import { userId } from './ids.ts';

const count = z.number().int().nonnegative();

/** What model calls took. */
export const usageAmounts = z.strictObject({
  calls: count,
  /** Of the calls, those of which nobody knows what they cost: their models have no price. */
  unpricedCalls: count,
  inputTokens: count,
  outputTokens: count,
  /** Of the input, what the provider had in its cache. */
  cachedInputTokens: count,
  /** Of the output, what was reasoning. */
  reasoningTokens: count,
  /** Micro-dollars, of the calls whose cost is known; null when it is of none of them. */
  cost: count.nullable(),
});
export type UsageAmounts = z.infer<typeof usageAmounts>;

/** Of so many days back, today with them. Days are UTC's. */
export const usageInput = z.strictObject({ days: z.number().int().min(1).max(366).default(30) });

const day = z.iso.date();
const byDay = z.array(usageAmounts.extend({ day }));
/** By the names that model and provider had then, the dearest first; two hundred at most. */
const byModel = z.array(usageAmounts.extend({ provider: z.string(), model: z.string(), label: z.string() }));

/** What one person's runs took in the current organisation. Days without any are left out. */
export const ownUsage = z.strictObject({ from: day, to: day, total: usageAmounts, byDay, byModel });
export type OwnUsage = z.infer<typeof ownUsage>;

/** What everybody's runs took in the current organisation. */
export const organisationUsage = ownUsage.extend({
  /** The dearest first; two hundred at most. `name` is null for who is no member any more. */
  byMember: z.array(usageAmounts.extend({ userId, name: z.string().nullable() })),
});
export type OrganisationUsage = z.infer<typeof organisationUsage>;
