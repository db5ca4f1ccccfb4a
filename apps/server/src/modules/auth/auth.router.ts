import { grantDto, identityDto, renewInput, signInAnswer, signInInput } from '@atelier/contracts/auth';
import { signOutInput } from '@atelier/contracts/devices';
import { startLinkInput, startLinkOutput } from '@atelier/contracts/oauth';
import { asSystem } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { authLimited, memberProcedure, publicProcedure, router } from '../../procedures.ts';
import { accountProcedures } from './account.procedures.ts';
import { deviceProcedures } from './device.procedures.ts';
import { secondFactorProcedures } from './second-factor.procedures.ts';
import { answer, jarOf, keep } from './sign-in-cookies.ts';

/** Linking belongs to the sign-in it was begun by: no key and no token from elsewhere can. */
function linking({ userId, credential }: SignedIn) {
  if (credential.kind !== 'sign_in') throw new AppError('permission.denied');
  return { userId, signInId: credential.id };
}

export const authRouter = router({
  ...accountProcedures,

  /**
   * Whoever has a second factor is asked for it next. Errors: `auth.invalid_credentials`, `auth.locked`,
   * `auth.reset_needed`, `auth.busy`, `request.too_many`.
   */
  signIn: authLimited
    .input(signInInput)
    .output(signInAnswer)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      return answer(jar, ctx.services, await ctx.services.auth.signIn(ctx.op, input, ctx.caller));
    }),

  ...secondFactorProcedures,
  ...deviceProcedures,

  /**
   * A new access token for the refresh token in the cookie, for the organisation that the tab shows. One the person has
   * left gives another: look at the identity in the answer. Errors: `auth.required`.
   */
  renew: publicProcedure
    .input(renewInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { signIns, refreshCookie } = ctx.services;
      try {
        const opts = { organisationId: input.organisationId, caller: ctx.caller };
        return keep(jar, refreshCookie, await signIns.renew(ctx.op, jar.get(refreshCookie), opts));
      } catch (error) {
        if (error instanceof AppError && error.code === 'auth.required') jar.clear(refreshCookie);
        throw error;
      }
    }),

  /** Ends this sign-in on the server and forgets the cookie. Never fails for somebody who is signed out. */
  signOut: publicProcedure
    .input(signOutInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { signIns, refreshCookie } = ctx.services;
      await signIns.endByToken(ctx.op, jar.get(refreshCookie));
      jar.clear(refreshCookie);
      if (input.forget) jar.clearSiteData();
      return {};
    }),

  /**
   * Where to send the browser to link one more way of signing in. Over HTTP only: it sets a cookie.
   * Errors: `auth.provider_unavailable`, `route.not_found`.
   */
  startLink: memberProcedure('account.secure')
    .input(startLinkInput)
    .output(startLinkOutput)
    .mutation(async ({ ctx, input }) => {
      const { op, principal, services } = ctx;
      return { address: await services.oauth.startLink(asSystem(op), input.provider, linking(principal), jarOf(ctx)) };
    }),

  /** Who is signed in. */
  me: memberProcedure('account.read')
    .output(identityDto)
    .query(async ({ ctx }) => await ctx.services.signIns.identity(ctx.op, ctx.principal)),
});
