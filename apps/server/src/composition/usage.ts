import { BudgetsRepository, BudgetsService, UsageRepository, UsageService } from '../modules/usage/index.ts';
import type { Foundation } from './foundation.ts';
import type { Sessions } from './sessions.ts';

/** What model calls took, and how much they may take. */
export type Usage = ReturnType<typeof composeUsage>;

export function composeUsage({ db, clock, auditLog, settings }: Foundation, { sessionRows }: Sessions) {
  const usage = new UsageService({ rows: new UsageRepository(db), clock });
  const budgets = new BudgetsService({
    db,
    budgets: new BudgetsRepository(db),
    audit: auditLog,
    clock,
    cap: async () => (await settings.current()).organisationBudget,
    ownerOf: (op, sessionId) => sessionRows.ownerOf(op, sessionId),
  });
  return { usage, budgets };
}
