import { limitStatus } from '@atelier/contracts/limits';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const limitsRouter = router({
  /** What is left of my own limits. Looking is a call like any other, and counts as one. */
  status: memberProcedure('account.read')
    .output(z.array(limitStatus))
    .query(async ({ ctx }) => [...(await ctx.services.limits.status(ctx.principal))]),
});
