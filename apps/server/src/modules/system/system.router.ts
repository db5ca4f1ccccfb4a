import { systemAbout, systemStatus } from '@atelier/contracts/system';
import { memberProcedure, publicProcedure, router } from '../../procedures.ts';

export const systemRouter = router({
  /** What a signed-out visitor may know: whether this installation is new, and then what is set up. */
  status: publicProcedure.output(systemStatus).query(async ({ ctx }) => await ctx.services.system.status(ctx.op)),

  /** Version, model, limits, and what is off with the line that turns it on. */
  about: memberProcedure('account.read')
    .output(systemAbout)
    .query(async ({ ctx }) => await ctx.services.system.about(ctx.op, ctx.principal.organisationId)),
});
