import { decideInput } from '@atelier/contracts/approvals';
import { sentDto } from '@atelier/contracts/messages';
import { repeatRunInput, retryRunInput, runRef, steerInput } from '@atelier/contracts/runs';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const runsRouter = router({
  /** Stops a run and keeps what it wrote; takes a queued one back with its message. Errors: `run.not_found`. */
  stop: memberProcedure('session.write')
    .input(runRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.runs.stop(ctx.op, ctx.principal, input.runId);
      return {};
    }),

  /**
   * Has a queued message read by the answer that is being written, before its next step; or wait for its turn after all. What
   * is queued no more stays as it is. Errors: `run.not_found`, `run.not_steerable`.
   */
  steer: memberProcedure('run.start')
    .input(steerInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.runs.steer(ctx.op, ctx.principal, input);
      return {};
    }),

  /**
   * Leave for a call that waits, with exactly these arguments; or none; or an answer to a question. The same again changes
   * nothing. Errors: `run.not_found`, `ask.not_found`, `ask.decided`,
   * `ask.input_invalid`, `rule.too_many`.
   */
  decide: memberProcedure('run.start')
    .input(decideInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.runRequests.decide(ctx.op, ctx.principal, input);
      return {};
    }),

  /**
   * A new answer, of `model` if one is said, this once. Errors: `run.not_found`, `run.not_finished`, `run.not_latest`,
   * `run.of_pipeline`, `session.archived`, `model.not_found`, `chain.not_found`, `request.too_many`.
   */
  retry: memberProcedure('run.start')
    .input(retryRunInput)
    .output(sentDto)
    .mutation(async ({ ctx, input }) => await ctx.services.runs.retry(ctx.op, ctx.principal, input)),

  /** Errors: `run.not_found`, `run.not_finished`, `run.not_latest`, `run.of_pipeline`, `session.archived`, `request.too_many`. */
  continue: memberProcedure('run.start')
    .input(repeatRunInput)
    .output(sentDto)
    .mutation(async ({ ctx, input }) => await ctx.services.runs.continue(ctx.op, ctx.principal, input)),
});
