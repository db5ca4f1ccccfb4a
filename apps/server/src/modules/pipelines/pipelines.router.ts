import type { AgentScope } from '@atelier/contracts/agents';
import type { Permission } from '@atelier/contracts/permissions';
import {
  createPipelineInput,
  decideStageInput,
  pipelineDetail,
  pipelineList,
  pipelineRef,
  pipelineResult,
  pipelineResultInput,
  pipelineRunRef,
  startedPipeline,
  startPipelineInput,
  updatePipelineInput,
} from '@atelier/contracts/pipelines';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

/** The caller's own pipelines; the organisation's, as far as they are read and started; and those under way. */
export const pipelinesRouter = router({
  ...changesOf('person', 'run.start'),

  /** By name: the organisation's and the caller's own. */
  list: memberProcedure('session.read')
    .output(pipelineList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.pipelines.list(ctx.op, ctx.principal))] })),

  /** Errors: `pipeline.not_found`. */
  get: memberProcedure('session.read')
    .input(pipelineRef)
    .output(pipelineDetail)
    .query(async ({ ctx, input }) => await ctx.services.pipelines.get(ctx.op, ctx.principal, input.pipelineId)),

  /**
   * Begins the first stage, in a session or a new one. Idempotent by `clientId`. Errors: `pipeline.not_found`,
   * `pipeline.agent_gone`, `pipeline.goal_too_long`, `session.not_found`, `session.archived`, `pipeline.active`,
   * `model.not_found`, `chain.not_found`, `request.too_many`. A refusal leaves no session behind.
   */
  start: memberProcedure('run.start')
    .input(startPipelineInput)
    .output(startedPipeline)
    .mutation(async ({ ctx, input }) => await ctx.services.pipelineRuns.start(ctx.op, ctx.principal, input)),

  /**
   * At a person's gate: on with it, or back with a comment. Errors: `pipeline.not_found`, `pipeline.decided`,
   * `pipeline.too_many_tries`, `session.archived`, `request.too_many`.
   */
  decide: memberProcedure('run.start')
    .input(decideStageInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.pipelineRuns.decide(ctx.op, ctx.principal, input);
      return {};
    }),

  /** Errors: `pipeline.not_found`. */
  stop: memberProcedure('session.write')
    .input(pipelineRunRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.pipelineRuns.stop(ctx.op, ctx.principal, input.pipelineRunId);
      return {};
    }),

  /**
   * The stage that failed, or was stopped, once more. Errors: `pipeline.not_found`, `pipeline.not_stopped`,
   * `pipeline.active`, `pipeline.too_many_tries`, `session.archived`, `request.too_many`.
   */
  runAgain: memberProcedure('run.start')
    .input(pipelineRunRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.pipelineRuns.runAgain(ctx.op, ctx.principal, input.pipelineRunId);
      return {};
    }),

  /** What came of it, as Markdown or JSON. Errors: `pipeline.not_found`. */
  result: memberProcedure('session.read')
    .input(pipelineResultInput)
    .output(pipelineResult)
    .query(async ({ ctx, input }) => await ctx.services.pipelineRuns.result(ctx.op, ctx.principal, input)),
});

/** Pipelines for everybody in the organisation. They are read by `pipelines.list` and `pipelines.get`. */
export const organisationPipelinesRouter = router(changesOf('organisation', 'agent.administer'));

function changesOf(scope: AgentScope, permission: Permission) {
  const procedure = memberProcedure(permission);
  return {
    /** Errors: `pipeline.too_many`, `agent.not_found`. */
    create: procedure
      .input(createPipelineInput)
      .output(pipelineDetail)
      .mutation(
        async ({ ctx, input }) => await ctx.services.pipelines.create(ctx.op, ctx.principal, scope, input.content),
      ),

    /** What has been started goes on as it was. Errors: `pipeline.not_found`, `pipeline.stale`, `agent.not_found`. */
    update: procedure
      .input(updatePipelineInput)
      .output(pipelineDetail)
      .mutation(async ({ ctx, input }) => await ctx.services.pipelines.update(ctx.op, ctx.principal, scope, input)),

    /** Nobody can start it any more. Errors: `pipeline.not_found`. */
    archive: procedure
      .input(pipelineRef)
      .output(z.strictObject({}))
      .mutation(async ({ ctx, input }) => {
        await ctx.services.pipelines.archive(ctx.op, ctx.principal, scope, input.pipelineId);
        return {};
      }),
  };
}
