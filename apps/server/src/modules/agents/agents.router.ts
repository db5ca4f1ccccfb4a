import {
  type AgentScope,
  agentDetail,
  agentList,
  agentRef,
  agentToolList,
  agentVersions,
  agentVersionsInput,
  createAgentInput,
  restoreAgentInput,
  updateAgentInput,
  useAgentInput,
} from '@atelier/contracts/agents';
import type { Permission } from '@atelier/contracts/permissions';
import { sessionDto } from '@atelier/contracts/sessions';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

/** The caller's own agents; and the organisation's, as far as they are read and used. */
export const agentsRouter = router({
  ...changesOf('person', 'run.start'),

  /** By name: the organisation's and the caller's own. */
  list: memberProcedure('session.read')
    .output(agentList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.agents.list(ctx.op, ctx.principal))] })),

  /** Errors: `agent.not_found`. */
  get: memberProcedure('session.read')
    .input(agentRef)
    .output(agentDetail)
    .query(async ({ ctx, input }) => await ctx.services.agents.get(ctx.op, ctx.principal, input.agentId)),

  /** Newest first. Errors: `agent.not_found`. */
  versions: memberProcedure('session.read')
    .input(agentVersionsInput)
    .output(agentVersions)
    .query(
      async ({ ctx, input }) =>
        await ctx.services.agents.versions(ctx.op, ctx.principal, input.agentId, input.before ?? null),
    ),

  /** The tools that agents have on this server. */
  tools: memberProcedure('session.read')
    .output(agentToolList)
    .query(({ ctx }) => ({
      items: ctx.services.agentTools.map(({ name, description, effect }) => ({ name, description, effect })),
    })),

  /** Who answers in a session from its next message on. Errors: `agent.not_found`, `session.not_found`. */
  use: memberProcedure('session.write')
    .input(useAgentInput)
    .output(sessionDto)
    .mutation(async ({ ctx, input }) => await ctx.services.agents.use(ctx.op, ctx.principal, input)),
});

/** Agents for everybody in the organisation. They are read by `agents.list` and `agents.get`. */
export const organisationAgentsRouter = router(changesOf('organisation', 'agent.administer'));

function changesOf(scope: AgentScope, permission: Permission) {
  const procedure = memberProcedure(permission);
  return {
    /** Errors: `agent.too_many`, `model.not_found`, `chain.not_found`. */
    create: procedure
      .input(createAgentInput)
      .output(agentDetail)
      .mutation(
        async ({ ctx, input }) => await ctx.services.agents.create(ctx.op, ctx.principal, scope, input.content),
      ),

    /** Makes a new version. Errors: `agent.not_found`, `agent.stale`, `model.not_found`, `chain.not_found`. */
    update: procedure
      .input(updateAgentInput)
      .output(agentDetail)
      .mutation(async ({ ctx, input }) => await ctx.services.agents.update(ctx.op, ctx.principal, scope, input)),

    /** Puts a version in use again. Errors: `agent.not_found` for a version that there is not too, `agent.stale`. */
    restoreVersion: procedure
      .input(restoreAgentInput)
      .output(agentDetail)
      .mutation(
        async ({ ctx, input }) => await ctx.services.agents.restoreVersion(ctx.op, ctx.principal, scope, input),
      ),

    /** Nobody can choose it any more. Errors: `agent.not_found`. */
    archive: procedure
      .input(agentRef)
      .output(z.strictObject({}))
      .mutation(async ({ ctx, input }) => {
        await ctx.services.agents.archive(ctx.op, ctx.principal, scope, input.agentId);
        return {};
      }),
  };
}
