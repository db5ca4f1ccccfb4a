import { organisationUsage, ownUsage, usageInput } from '@atelier/contracts/usage';
import { memberProcedure, router } from '../../procedures.ts';

export const usageRouter = router({
  /** What my runs took in the current organisation: in all, by day and by model. */
  own: memberProcedure('account.read')
    .input(usageInput)
    .output(ownUsage)
    .query(async ({ ctx, input }) => await ctx.services.usage.own(ctx.op, ctx.principal, input.days)),

  /** What everybody's runs took in the current organisation, by member too. For its administrators. */
  organisation: memberProcedure('usage.read')
    .input(usageInput)
    .output(organisationUsage)
    .query(async ({ ctx, input }) => await ctx.services.usage.ofOrganisation(ctx.op, ctx.principal, input.days)),
});
