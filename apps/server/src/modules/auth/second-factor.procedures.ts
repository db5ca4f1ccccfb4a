import { grantDto } from '@atelier/contracts/auth';
import { assertionOptions, passkeySignInInput } from '@atelier/contracts/passkeys';
import { challengeRef, pendingSecondFactor, secondFactorInput } from '@atelier/contracts/second-factors';
import { AppError } from '@atelier/kernel/app-error';
import { authLimited, publicProcedure } from '../../procedures.ts';
import { jarOf, keep } from './sign-in-cookies.ts';

/** Signing in by more than a password: what comes after the first factor, and passkeys, which are both at once. */
export const secondFactorProcedures = {
  /** What this browser still has to show after a first factor; null: nothing. */
  pendingSecondFactor: publicProcedure.output(pendingSecondFactor).query(async ({ ctx }) => {
    const { secondFactor, factorCookie } = ctx.services;
    const pending = await secondFactor.pending(ctx.op, factorCookie.read(jarOf(ctx)));
    return pending && { methods: [...pending.methods], expiresAt: pending.expiresAt.toISOString() };
  }),

  /**
   * Shows the rest and signs in. Without a challenge: the one that the browser holds in its cookie.
   * Errors: `auth.challenge_ended`, `auth.code_invalid`, `auth.passkey_refused`, `request.too_many`.
   */
  secondFactor: authLimited
    .input(secondFactorInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { secondFactor, factorCookie, passkeyCookie, refreshCookie } = ctx.services;
      const held = { factor: factorCookie.read(jar), passkey: passkeyCookie.read(jar) };
      const result = await secondFactor.finish(ctx.op, held, input, ctx.caller);
      factorCookie.clear(jar);
      return keep(jar, refreshCookie, result);
    }),

  /** What to ask the passkeys of somebody who has given a first factor. Errors: `auth.challenge_ended`. */
  startPasskeyFactor: publicProcedure
    .input(challengeRef)
    .output(assertionOptions)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { secondFactor, ceremonies, factorCookie, passkeyCookie } = ctx.services;
      const held = factorCookie.read(jar);
      const isOther = input.challenge !== undefined && input.challenge !== held?.challenge;
      const pending = isOther ? null : await secondFactor.pending(ctx.op, held);
      if (!pending) throw new AppError('auth.challenge_ended');
      const ceremony = { purpose: 'passkey_factor', userId: pending.userId } as const;
      const { options, given } = await ceremonies.startUsing(ctx.op, ceremony);
      passkeyCookie.write(jar, given);
      return options;
    }),

  /** What to ask passkeys, whosever they are. */
  startPasskeySignIn: publicProcedure.output(assertionOptions).mutation(async ({ ctx }) => {
    const jar = jarOf(ctx);
    const { ceremonies, passkeyCookie } = ctx.services;
    const { options, given } = await ceremonies.startUsing(ctx.op, { purpose: 'passkey_sign_in', userId: null });
    passkeyCookie.write(jar, given);
    return options;
  }),

  /** Signs in whoever the passkey belongs to. Errors: `auth.passkey_refused`, `auth.invalid_credentials`, `request.too_many`. */
  passkeySignIn: authLimited
    .input(passkeySignInInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { ceremonies, signIns, passkeyCookie, refreshCookie } = ctx.services;
      const ceremony = { purpose: 'passkey_sign_in', userId: null } as const;
      const { userId } = await ceremonies.use(ctx.op, ceremony, passkeyCookie.read(jar), input.response);
      passkeyCookie.clear(jar);
      return keep(jar, refreshCookie, await signIns.start(ctx.op, { userId, methods: ['passkey'] }, ctx.caller));
    }),
};
