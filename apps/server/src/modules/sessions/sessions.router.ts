import { sessionId } from '@atelier/contracts/ids';
import {
  changeSessionInput,
  createSessionInput,
  forkSessionInput,
  listSessionsInput,
  renameSessionInput,
  sessionDto,
  sessionPage,
  sessionRef,
  setModelInput,
} from '@atelier/contracts/sessions';
import { transcript } from '@atelier/contracts/transcript';
import { tracked } from '@trpc/server';
import * as z from 'zod';
import { followSession } from '../../platform/realtime/follow-session.ts';
import { openGate } from '../../platform/realtime/socket-gate.ts';
import { memberProcedure, router } from '../../procedures.ts';
import { followChanges } from './follow-changes.ts';

export const sessionsRouter = router({
  /**
   * A new session with an empty workspace. The same `clientId` again gives the same session. Errors: `model.not_found` and
   * `chain.not_found` for what the organisation may not use now.
   */
  create: memberProcedure('session.write')
    .input(createSessionInput)
    .output(sessionDto)
    .mutation(async ({ ctx, input }) => await ctx.services.sessions.create(ctx.op, ctx.principal, input)),

  /**
   * A new session that goes on from a place in another: with its conversation up to an answer, or up to before a
   * person's message, and its files as they were then. The same `clientId` again gives the same session. Errors:
   * `session.not_found`, `message.not_found`, `run.not_finished` while that answer is being written.
   */
  fork: memberProcedure('session.write')
    .input(forkSessionInput)
    .output(sessionDto)
    .mutation(async ({ ctx, input }) => await ctx.services.forks.fork(ctx.op, ctx.principal, input)),

  /** My sessions, newest activity first, in pages. Errors: `request.invalid` for a cursor that is not ours. */
  list: memberProcedure('session.read')
    .input(listSessionsInput)
    .output(sessionPage)
    .query(async ({ ctx, input }) => await ctx.services.sessions.list(ctx.op, ctx.principal, input)),

  /** The conversation as it is now, and the `seq` to follow it from. Errors: `session.not_found`. */
  open: memberProcedure('session.read')
    .input(sessionRef)
    .output(transcript)
    .query(async ({ ctx, input }) => await ctx.services.transcripts.open(ctx.op, ctx.principal, input.sessionId)),

  /** Errors: `session.not_found`, `session.stale`. */
  rename: memberProcedure('session.write')
    .input(renameSessionInput)
    .output(sessionDto)
    .mutation(
      async ({ ctx, input: { sessionId, title, version } }) =>
        await ctx.services.sessions.change(ctx.op, ctx.principal, sessionId, { title, version }),
    ),

  /**
   * Who answers from the next run on. Errors: `session.not_found`, `session.stale`; `model.not_found` and
   * `chain.not_found` for what the organisation may not use now.
   */
  setModel: memberProcedure('session.write')
    .input(setModelInput)
    .output(sessionDto)
    .mutation(
      async ({ ctx, input: { sessionId, ...change } }) =>
        await ctx.services.sessions.setModel(ctx.op, ctx.principal, sessionId, change),
    ),

  /** Out of the list, but kept; a run under way goes on. Errors: `session.not_found`, `session.stale`. */
  archive: memberProcedure('session.write')
    .input(changeSessionInput)
    .output(sessionDto)
    .mutation(
      async ({ ctx, input: { sessionId, version } }) =>
        await ctx.services.sessions.change(ctx.op, ctx.principal, sessionId, { status: 'archived', version }),
    ),

  /** Errors: `session.not_found`, `session.stale`. */
  restore: memberProcedure('session.write')
    .input(changeSessionInput)
    .output(sessionDto)
    .mutation(
      async ({ ctx, input: { sessionId, version } }) =>
        await ctx.services.sessions.change(ctx.op, ctx.principal, sessionId, { status: 'open', version }),
    ),

  /** Deletes the session, its log and its workspace for ever. Errors: `session.not_found`. */
  remove: memberProcedure('session.write')
    .input(sessionRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.sessions.remove(ctx.op, ctx.principal, input.sessionId);
      return {};
    }),

  /**
   * The session's log after `lastEventId` (a `seq`; 0 or none: from the first), then live, without a gap. Yields
   * `SessionFeed`s, each tracked by the `seq` it ends at. Has no `.output`: entries are typed, come from our own log,
   * and are by far the most of what the server sends. Errors: `session.not_found`.
   */
  events: memberProcedure('session.read')
    .input(
      z.strictObject({
        sessionId,
        lastEventId: z
          .string()
          .regex(/^\d{1,15}$/)
          .transform(Number)
          .nullish(),
      }),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      const { transcripts, sessions, feeds } = ctx.services;
      await sessions.get(ctx.op, ctx.principal, input.sessionId);
      using feed = await feeds.follow(ctx.op, input.sessionId);
      const steps = followSession(feed, {
        after: input.lastEventId ?? 0,
        signal: signal ?? AbortSignal.timeout(60_000),
        gate: ctx.gate ?? openGate,
        snapshot: () => transcripts.open(ctx.op, ctx.principal, input.sessionId),
      });
      for await (const { seq, feed: step } of steps) yield tracked(String(seq), step);
    }),

  /** A hint for each change to one of my sessions, from now on. Read the list again after connecting and at each hint. */
  changes: memberProcedure('session.read')
    .input(z.strictObject({}))
    .subscription(async function* ({ ctx, signal }) {
      yield* followChanges(ctx.services.hints, ctx.principal.userId, signal ?? AbortSignal.timeout(60_000));
    }),
});
