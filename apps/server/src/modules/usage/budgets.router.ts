import { budgetList, ownBudgets, setBudgetInput } from '@atelier/contracts/budgets';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const budgetsRouter = router({
  /** What holds for me in the current organisation, and how much of it is used. */
  own: memberProcedure('account.read')
    .output(ownBudgets)
    .query(async ({ ctx }) => await ctx.services.budgets.own(ctx.op, ctx.principal)),

  /** Every budget of the current organisation. For its administrators, like what follows. */
  list: memberProcedure('usage.read')
    .output(budgetList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.budgets.list(ctx.op, ctx.principal))] })),

  /** Holds from the next model call on, of runs under way too. Errors: `member.not_found`. */
  set: memberProcedure('budget.administer')
    .input(setBudgetInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.budgets.set(ctx.op, ctx.principal, input);
      return {};
    }),
});
