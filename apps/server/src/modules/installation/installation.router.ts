import { grantDto } from '@atelier/contracts/auth';
import {
  changeRoleInput,
  changeSettingsInput,
  claimInput,
  installationSettings,
  listPeopleInput,
  peoplePage,
  personRef,
  resetStarted,
  setUpInput,
} from '@atelier/contracts/installation';
import * as z from 'zod';
import { authLimited, memberProcedure, router } from '../../procedures.ts';
import { jarOf, keep } from '../auth/index.ts';

const done = z.strictObject({});

export const installationRouter = router({
  /**
   * Makes the first owner by the link that is printed at the start, and signs in. Errors: `installation.has_owner`,
   * `auth.link_invalid`, `auth.password_weak`; `auth.registration_refused` when the address has an account: sign in to it
   * and claim instead.
   */
  setUp: authLimited
    .input(setUpInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { owner, refreshCookie } = ctx.services;
      return keep(jar, refreshCookie, await owner.setUp(ctx.op, input, ctx.caller));
    }),

  /** The same for somebody who has an account. Errors: `installation.has_owner`, `auth.link_invalid`. */
  claim: memberProcedure('account.secure')
    .input(claimInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.owner.claim(ctx.op, ctx.principal, input.token);
      return {};
    }),

  /** What the installation is set to. */
  settings: memberProcedure('installation.read')
    .output(installationSettings)
    .query(async ({ ctx }) => await ctx.services.settings.current()),

  /** Changes what is given and leaves the rest. Holds at once here, and within seconds in other processes. */
  changeSettings: memberProcedure('installation.write')
    .input(changeSettingsInput)
    .output(installationSettings)
    .mutation(async ({ ctx, input }) => await ctx.services.settings.change(ctx.op, ctx.principal, input)),

  /** Everybody, the newest first. Errors: `request.invalid` for a cursor that is none. */
  people: memberProcedure('installation.read')
    .input(listPeopleInput)
    .output(peoplePage)
    .query(async ({ ctx, input }) => await ctx.services.people.list(ctx.op, input)),

  /** Signs somebody out everywhere and lets them in no more. Errors: `user.not_found`, `permission.denied`. */
  suspend: memberProcedure('installation.write')
    .input(personRef)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.people.suspend(ctx.op, ctx.principal, input.userId);
      return {};
    }),

  /** Errors: `user.not_found`, `permission.denied`. */
  restore: memberProcedure('installation.write')
    .input(personRef)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.people.restore(ctx.op, ctx.principal, input.userId);
      return {};
    }),

  /** Errors: `user.not_found`, `permission.denied`. */
  changeRole: memberProcedure('installation.write')
    .input(changeRoleInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.people.changeRole(ctx.op, ctx.principal, input.userId, input.role);
      return {};
    }),

  /** Signs somebody out everywhere. Errors: `user.not_found`, `permission.denied`. */
  endSignIns: memberProcedure('installation.write')
    .input(personRef)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.people.endSignIns(ctx.op, ctx.principal, input.userId);
      return {};
    }),

  /** Lets somebody choose a new password, by a mail, or by a link that is shown once. Errors: `user.not_found`, `permission.denied`. */
  startReset: memberProcedure('installation.write')
    .input(personRef)
    .output(resetStarted)
    .mutation(async ({ ctx, input }) => ({
      link: await ctx.services.people.startReset(ctx.op, ctx.principal, input.userId),
    })),
});
