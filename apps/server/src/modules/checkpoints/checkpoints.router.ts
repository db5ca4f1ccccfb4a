import { checkpointDto, checkpointRef, checkpointsInput, restoreInput, turnDiff } from '@atelier/contracts/checkpoints';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const checkpointsRouter = router({
  /** Turns of a session that changed files, the newest first. Errors: `session.not_found`. */
  list: memberProcedure('file.read')
    .input(checkpointsInput)
    .output(z.array(checkpointDto))
    .query(async ({ ctx, input }) => [
      ...(await ctx.services.checkpoints.list(ctx.op, ctx.principal, input.sessionId)),
    ]),

  /** What a turn did, file by file. Errors: `checkpoint.not_found`. */
  diff: memberProcedure('file.read')
    .input(checkpointRef)
    .output(turnDiff)
    .query(async ({ ctx, input }) => await ctx.services.checkpoints.diff(ctx.op, ctx.principal, input.runId)),

  /** Puts the workspace back. Errors: `checkpoint.not_found`, `session.archived`, `session.busy`. */
  restore: memberProcedure('file.write')
    .input(restoreInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.checkpoints.restore(ctx.op, ctx.principal, input);
      return {};
    }),
});
