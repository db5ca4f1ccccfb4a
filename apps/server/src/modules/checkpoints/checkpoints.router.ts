import {
  checkpointDto,
  checkpointRef,
  checkpointsInput,
  restorationDto,
  restorationRef,
  restoreInput,
  restorePreview,
  restoreToMessageInput,
  turnDiff,
} from '@atelier/contracts/checkpoints';
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

  /** Puts the workspace back to a turn. Errors: `checkpoint.not_found`, `session.archived`, `session.busy`. */
  restore: memberProcedure('file.write')
    .input(restoreInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.restorations.toTurn(ctx.op, ctx.principal, input);
      return {};
    }),

  /**
   * What putting files back to a message would change. Errors: `session.not_found`, `message.not_found`,
   * `checkpoint.not_found`, `run.not_finished`.
   */
  previewRestore: memberProcedure('file.read')
    .input(restoreToMessageInput)
    .output(restorePreview)
    .query(async ({ ctx, input }) => await ctx.services.restorations.preview(ctx.op, ctx.principal, input)),

  /**
   * To how an answer left the files, or to how they were before a person's message; null: so they are. Errors:
   * `session.not_found`, `message.not_found`, `checkpoint.not_found`, `run.not_finished`, `session.archived`,
   * `session.busy`.
   */
  restoreToMessage: memberProcedure('file.write')
    .input(restoreToMessageInput)
    .output(restorationDto.nullable())
    .mutation(async ({ ctx, input }) => await ctx.services.restorations.toMessage(ctx.op, ctx.principal, input)),

  /** When files were put back, the newest first. Errors: `session.not_found`. */
  restorations: memberProcedure('file.read')
    .input(checkpointsInput)
    .output(z.array(restorationDto))
    .query(async ({ ctx, input }) => [
      ...(await ctx.services.restorations.list(ctx.op, ctx.principal, input.sessionId)),
    ]),

  /** Puts back what there was before files were put back. Errors: `checkpoint.not_found`, `session.archived`, `session.busy`. */
  undoRestoration: memberProcedure('file.write')
    .input(restorationRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.restorations.undo(ctx.op, ctx.principal, input.restorationId);
      return {};
    }),
});
