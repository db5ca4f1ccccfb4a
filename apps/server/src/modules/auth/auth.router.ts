import { grantDto, identityDto, registerInput, signInInput } from '@atelier/contracts/auth';
import { startLinkInput, startLinkOutput } from '@atelier/contracts/oauth';
import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import type { CookieJar } from '../../platform/http/cookies.ts';
import { memberProcedure, publicProcedure, router } from '../../procedures.ts';
import type { SignInResult } from './auth.service.ts';

/** Over HTTP only: a WebSocket cannot set the cookie that holds the refresh token. */
function jarOf(ctx: { readonly cookies: CookieJar | null }): CookieJar {
  if (!ctx.cookies) throw new AppError('request.invalid');
  return ctx.cookies;
}

function keep(jar: CookieJar, name: string, result: SignInResult) {
  jar.set(name, result.refreshToken, { expires: result.refreshExpiresAt });
  return result.grant;
}

export const authRouter = router({
  /** Makes an account and signs in. Errors: `auth.registration_refused`, `auth.busy`. */
  register: publicProcedure
    .input(registerInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { auth, refreshCookie } = ctx.services;
      return keep(jar, refreshCookie, await auth.register(ctx.op, input, ctx.caller));
    }),

  /** Errors: `auth.invalid_credentials`, `auth.busy`. */
  signIn: publicProcedure
    .input(signInInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { auth, refreshCookie } = ctx.services;
      return keep(jar, refreshCookie, await auth.signIn(ctx.op, input, ctx.caller));
    }),

  /** A new access token for the refresh token in the cookie. Errors: `auth.required`. */
  renew: publicProcedure.output(grantDto).mutation(async ({ ctx }) => {
    const jar = jarOf(ctx);
    const { auth, refreshCookie } = ctx.services;
    try {
      return keep(jar, refreshCookie, await auth.renew(ctx.op, jar.get(refreshCookie), ctx.caller));
    } catch (error) {
      if (error instanceof AppError && error.code === 'auth.required') jar.clear(refreshCookie);
      throw error;
    }
  }),

  /** Ends this sign-in on the server and forgets the cookie. Never fails for somebody who is signed out. */
  signOut: publicProcedure.output(z.strictObject({})).mutation(async ({ ctx }) => {
    const jar = jarOf(ctx);
    const { auth, refreshCookie } = ctx.services;
    await auth.signOut(ctx.op, jar.get(refreshCookie));
    jar.clear(refreshCookie);
    return {};
  }),

  /**
   * Where to send the browser to link one more way of signing in. Over HTTP only: it sets a cookie.
   * Errors: `auth.provider_unavailable`, `route.not_found`.
   */
  startLink: memberProcedure
    .input(startLinkInput)
    .output(startLinkOutput)
    .mutation(async ({ ctx, input }) => {
      const { op, principal, services } = ctx;
      return { address: await services.oauth.startLink(op, input.provider, principal, jarOf(ctx)) };
    }),

  /** Who is signed in. */
  me: memberProcedure
    .output(identityDto)
    .query(async ({ ctx }) => await ctx.services.auth.identity(ctx.op, ctx.principal)),
});
