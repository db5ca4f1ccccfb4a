import { runRef } from '@atelier/contracts/runs';
import { foundRunsPage, searchRunsInput, traceDto } from '@atelier/contracts/traces';
import { memberProcedure, router } from '../../procedures.ts';

export const tracesRouter = router({
  /**
   * What a run of the caller's own took: its spans that have ended, durations in milliseconds, and their totals; money
   * in micro-dollars. Errors: `run.not_found`.
   */
  ofRun: memberProcedure('session.read')
    .input(runRef)
    .output(traceDto)
    .query(async ({ ctx, input }) => await ctx.services.traces.ofRun(ctx.op, ctx.principal, input.runId)),

  /**
   * The same of anybody's run in the current organisation, for those who may search runs: without what was said in it, also
   * where the installation records that. Errors: `run.not_found`.
   */
  ofFoundRun: memberProcedure('trace.search')
    .input(runRef)
    .output(traceDto)
    .query(async ({ ctx, input }) => await ctx.services.traces.ofFoundRun(ctx.op, ctx.principal, input.runId)),

  /**
   * Runs of everybody in the current organisation, newest first, by pages of up to 100: what they took, and nothing that
   * was said in them. Errors: `request.invalid` for a cursor that is none.
   */
  search: memberProcedure('trace.search')
    .input(searchRunsInput)
    .output(foundRunsPage)
    .query(async ({ ctx, input }) => await ctx.services.traces.searchRuns(ctx.op, ctx.principal, input)),
});
