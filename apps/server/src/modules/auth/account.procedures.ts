import {
  changePasswordInput,
  completeRegistrationInput,
  grantDto,
  identityDto,
  registerAnswer,
  registerInput,
  requestResetInput,
  resetPasswordInput,
  updateProfileInput,
  verifyEmailInput,
} from '@atelier/contracts/auth';
import * as z from 'zod';
import { authLimited, memberProcedure } from '../../procedures.ts';
import { jarOf, keep } from './sign-in-cookies.ts';

const done = z.strictObject({});

/** Making an account and changing it: the part of `auth` that is about passwords and addresses. */
export const accountProcedures = {
  /**
   * Makes an account and signs in; where addresses are proved by mail, a link goes there first and the answer is the same
   * for every address. Errors: `auth.registration_refused`, `auth.password_weak`, `invitation.not_found`,
   * `invitation.other_address`, `auth.busy`, `request.too_many`.
   */
  register: authLimited
    .input(registerInput)
    .output(registerAnswer)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { registration, refreshCookie, registrationCookie } = ctx.services;
      const registered = await registration.register(ctx.op, input, ctx.caller);
      if (registered.status === 'signed_in')
        return { status: 'signed_in', ...keep(jar, refreshCookie, registered.result) };
      jar.set(registrationCookie, registered.browserSecret, { expires: registered.expiresAt });
      return { status: 'mail_sent' };
    }),

  /**
   * Finishes what the mailed link is for, and signs in. Errors: `auth.link_invalid`; `auth.password_needed` in another
   * browser than the one that registered; `auth.password_weak`; `auth.registration_refused` when somebody was quicker.
   */
  completeRegistration: authLimited
    .input(completeRegistrationInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { registration, refreshCookie, registrationCookie } = ctx.services;
      const browser = { secret: jar.get(registrationCookie), caller: ctx.caller };
      const result = await registration.complete(ctx.op, input, browser);
      const grant = keep(jar, refreshCookie, result);
      jar.clear(registrationCookie);
      return grant;
    }),

  /** Mails a link to set a new password, and answers the same whether there is an account. Errors: `request.too_many`. */
  requestReset: authLimited
    .input(requestResetInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.passwordReset.request(ctx.op, input.email);
      return {};
    }),

  /** Ends all sign-ins and signs nobody in. Errors: `auth.link_invalid`, `auth.password_weak`, `auth.busy`. */
  resetPassword: authLimited
    .input(resetPasswordInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.passwordReset.reset(ctx.op, input);
      return {};
    }),

  /**
   * Ends all sign-ins; this one goes on as a new one, with the grant in the answer. Errors: `auth.password_wrong`,
   * `auth.password_weak`, `auth.locked`, `auth.reset_needed`.
   */
  changePassword: memberProcedure('account.secure')
    .input(changePasswordInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { ownAccount, refreshCookie } = ctx.services;
      return keep(jar, refreshCookie, await ownAccount.changePassword(ctx.op, ctx.principal, input, ctx.caller));
    }),

  /** Mails a link to one's own address, unless it is proved already. Errors: `mail.not_set_up`. */
  requestVerification: memberProcedure('account.write')
    .output(done)
    .mutation(async ({ ctx }) => {
      await ctx.services.ownAccount.requestVerification(ctx.op, ctx.principal);
      return {};
    }),

  /** By the link, signed in to the account that it is for. Errors: `auth.link_invalid`. */
  verifyEmail: memberProcedure('account.write')
    .input(verifyEmailInput)
    .output(identityDto)
    .mutation(async ({ ctx, input }) => await ctx.services.ownAccount.verifyEmail(ctx.op, ctx.principal, input.token)),

  updateProfile: memberProcedure('account.write')
    .input(updateProfileInput)
    .output(identityDto)
    .mutation(async ({ ctx, input }) => await ctx.services.ownAccount.updateProfile(ctx.op, ctx.principal, input.name)),
};
