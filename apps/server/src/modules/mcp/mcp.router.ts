import {
  addMcpServerInput,
  approveMcpToolsInput,
  connectMcpServerInput,
  finishMcpAuthorisationInput,
  type McpOwner,
  mcpAuthorisationStarted,
  mcpCheck,
  mcpServerDto,
  mcpServerList,
  mcpServerRef,
  mcpToolList,
  revokeMcpToolsInput,
  updateMcpServerInput,
} from '@atelier/contracts/mcp';
import type { Permission } from '@atelier/contracts/permissions';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

const done = z.strictObject({});

/** What whoever owns servers does with them. */
function arranging(owner: McpOwner, permission: Permission) {
  const procedure = memberProcedure(permission);
  return {
    /** Errors: `mcp_server.name_taken`, `mcp_server.too_many`, `mcp_server.command_not_allowed`. */
    add: procedure
      .input(addMcpServerInput)
      .output(mcpServerDto)
      .mutation(async ({ ctx, input }) => await ctx.services.mcpServers.add(ctx.op, ctx.principal, owner, input)),

    /** Whether it is on, and how long a call may take. Errors: `mcp_server.not_found`. */
    update: procedure
      .input(updateMcpServerInput)
      .output(mcpServerDto)
      .mutation(async ({ ctx, input }) => await ctx.services.mcpServers.update(ctx.op, ctx.principal, owner, input)),

    /** Its address and headers. Another address leaves nothing of what opened the one before. Errors: `mcp_server.not_found`. */
    connect: procedure
      .input(connectMcpServerInput)
      .output(mcpServerDto)
      .mutation(async ({ ctx, input }) => await ctx.services.mcpServers.connect(ctx.op, ctx.principal, owner, input)),

    /** Errors: `mcp_server.not_found`. */
    remove: procedure
      .input(mcpServerRef)
      .output(done)
      .mutation(async ({ ctx, input }) => {
        await ctx.services.mcpServers.remove(ctx.op, ctx.principal, owner, input.serverId);
        return {};
      }),

    /** Agrees to tools as they were seen. Errors: `mcp_server.not_found`, `mcp_tool.changed`. */
    approve: procedure
      .input(approveMcpToolsInput)
      .output(mcpServerDto)
      .mutation(async ({ ctx, input }) => await ctx.services.mcpTools.approve(ctx.op, ctx.principal, owner, input)),

    /** Errors: `mcp_server.not_found`. */
    revoke: procedure
      .input(revokeMcpToolsInput)
      .output(mcpServerDto)
      .mutation(async ({ ctx, input }) => await ctx.services.mcpTools.revoke(ctx.op, ctx.principal, owner, input)),
  };
}

/** Servers of the Model Context Protocol: the caller's own, and what everybody does with those of the organisation. */
export const mcpRouter = router({
  ...arranging('person', 'mcp_server.use'),

  /** Those that the caller can use, the organisation's first. */
  list: memberProcedure('mcp_server.use')
    .output(mcpServerList)
    .query(async ({ ctx }) => await ctx.services.mcpServers.list(ctx.op, ctx.principal)),

  /** What agents can be given of those that the caller can use. */
  listTools: memberProcedure('mcp_server.use')
    .output(mcpToolList)
    .query(async ({ ctx }) => await ctx.services.mcpTools.list(ctx.op, ctx.principal)),

  /** Asks it what it has. That it fails is an answer. Errors: `mcp_server.not_found`. */
  check: memberProcedure('mcp_server.use')
    .input(mcpServerRef)
    .output(mcpCheck)
    .mutation(async ({ ctx, input }) => await ctx.services.mcpTools.check(ctx.op, ctx.principal, input.serverId)),

  /** Where the caller goes to authorise themselves. Errors: `mcp_server.not_found`, `mcp_authorisation.not_offered`, `mcp_authorisation.failed`. */
  beginAuthorisation: memberProcedure('mcp_server.use')
    .input(mcpServerRef)
    .output(mcpAuthorisationStarted)
    .mutation(async ({ ctx, input }) => ({
      url: await ctx.services.mcpAuthorisations.begin(ctx.op, ctx.principal, input.serverId),
    })),

  /** What the browser came back with. Errors: `mcp_authorisation.not_started`, `mcp_authorisation.failed`. */
  finishAuthorisation: memberProcedure('mcp_server.use')
    .input(finishMcpAuthorisationInput)
    .output(z.strictObject({ serverId: z.string() }))
    .mutation(async ({ ctx, input }) => ({
      serverId: await ctx.services.mcpAuthorisations.finish(ctx.op, ctx.principal, input),
    })),

  /** Forgets what the caller authorised. Errors: `mcp_server.not_found`. */
  forgetAuthorisation: memberProcedure('mcp_server.use')
    .input(mcpServerRef)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.mcpAuthorisations.forget(ctx.op, ctx.principal, input.serverId);
      return {};
    }),
});

/** Servers of the organisation, for its administrators. */
export const organisationMcpRouter = router(arranging('organisation', 'mcp_server.administer'));
