import { historyInput, historyPage, sendMessageInput, sentDto } from '@atelier/contracts/messages';
import { memberProcedure, router } from '../../procedures.ts';

export const messagesRouter = router({
  /**
   * Sends a message and has it answered; while an answer is being written it waits for its turn. Idempotent by
   * `clientId`. Errors: `session.not_found`, `session.archived`, `upload.not_found`, `message.too_many_queued`,
   * `request.too_many`, `request.conflict`, `service.draining`.
   */
  send: memberProcedure('run.start')
    .input(sendMessageInput)
    .output(sentDto)
    .mutation(async ({ ctx, input }) => await ctx.services.messages.send(ctx.op, ctx.principal, input)),

  /** Messages before a `seq`, oldest first. Errors: `session.not_found`. */
  history: memberProcedure('session.read')
    .input(historyInput)
    .output(historyPage)
    .query(async ({ ctx, input }) => await ctx.services.transcripts.history(ctx.op, ctx.principal, input)),
});
