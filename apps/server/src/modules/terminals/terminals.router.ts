import {
  listTerminalsInput,
  openTerminalInput,
  resizeTerminalInput,
  terminalDto,
  terminalList,
  terminalOutputInput,
  terminalRef,
  writeTerminalInput,
} from '@atelier/contracts/terminals';
import { tracked } from '@trpc/server';
import * as z from 'zod';
import { openGate } from '../../platform/realtime/socket-gate.ts';
import { memberProcedure, router } from '../../procedures.ts';
import { followTerminal } from './follow-terminal.ts';

const done = z.strictObject({});

export const terminalsRouter = router({
  /** The terminals of a session at this process of the server. Errors: `session.not_found`. */
  list: memberProcedure('terminal.use')
    .input(listTerminalsInput)
    .output(terminalList)
    .query(async ({ ctx, input }) => ({
      terminals: [...(await ctx.services.terminals.list(ctx.op, ctx.principal, input.sessionId))],
    })),

  /**
   * A new shell in the session's workspace. Errors: `session.not_found`, `session.archived`, `terminal.too_many`, and
   * `sandbox.off` with `reason` and `remedy`.
   */
  open: memberProcedure('terminal.use')
    .input(openTerminalInput)
    .output(terminalDto)
    .mutation(async ({ ctx, input }) => await ctx.services.terminals.open(ctx.op, ctx.principal, input)),

  /**
   * What was typed. Errors: `session.not_found`, `terminal.not_found`, `terminal.elsewhere`, and `request.too_many`:
   * the same frame is to be sent again.
   */
  write: memberProcedure('terminal.use')
    .input(writeTerminalInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.terminals.write(ctx.op, ctx.principal, input);
      return {};
    }),

  /** Errors: `session.not_found`, `terminal.not_found`, `terminal.elsewhere`. */
  resize: memberProcedure('terminal.use')
    .input(resizeTerminalInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.terminals.resize(ctx.op, ctx.principal, input);
      return {};
    }),

  /** Ends it with everything that runs in it. Errors as for `resize`. */
  close: memberProcedure('terminal.use')
    .input(terminalRef)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.terminals.close(ctx.op, ctx.principal, input);
      return {};
    }),

  /**
   * What it wrote after `lastEventId` (a byte offset; none: from the first byte), then live, without a gap. Yields
   * `TerminalFeed`s, each tracked by the offset it ends at, and ends with `end`. Has no `.output`: it is made here, and
   * there may be much of it. Errors as for `resize`.
   */
  output: memberProcedure('terminal.use')
    .input(terminalOutputInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const terminal = await ctx.services.terminals.get(ctx.op, ctx.principal, input);
      const steps = followTerminal(terminal, {
        after: input.lastEventId ?? 0,
        signal: signal ?? AbortSignal.timeout(60_000),
        gate: ctx.gate ?? openGate,
      });
      for await (const { offset, feed } of steps) yield tracked(String(offset), feed);
    }),
});
