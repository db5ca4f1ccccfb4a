import {
  finishRegistrationInput,
  passkeyDto,
  passkeyList,
  passkeyRef,
  registrationOptions,
  renamePasskeyInput,
} from '@atelier/contracts/passkeys';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';
import { jarOf } from './sign-in-cookies.ts';

export const passkeysRouter = router({
  list: memberProcedure('account.write')
    .output(passkeyList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.passkeys.list(ctx.op, ctx.principal))] })),

  /** What to ask the authenticator. Errors: `passkey.too_many`. */
  startRegistration: memberProcedure('account.secure')
    .output(registrationOptions)
    .mutation(async ({ ctx }) => {
      const jar = jarOf(ctx);
      const { options, given } = await ctx.services.passkeys.startRegistration(ctx.op, ctx.principal);
      ctx.services.passkeyCookie.write(jar, given);
      return options;
    }),

  /** Errors: `auth.passkey_refused`, `passkey.exists`, `passkey.too_many`. */
  finishRegistration: memberProcedure('account.secure')
    .input(finishRegistrationInput)
    .output(passkeyDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const held = ctx.services.passkeyCookie.read(jar);
      const made = await ctx.services.passkeys.finishRegistration(ctx.op, ctx.principal, { ...input, held });
      ctx.services.passkeyCookie.clear(jar);
      return made;
    }),

  /** Errors: `passkey.not_found`. */
  rename: memberProcedure('account.write')
    .input(renamePasskeyInput)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.passkeys.rename(ctx.op, ctx.principal, input.passkeyId, input.name);
      return {};
    }),

  /** Errors: `passkey.not_found`, `auth.last_way`. */
  remove: memberProcedure('account.secure')
    .input(passkeyRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.passkeys.remove(ctx.op, ctx.principal, input.passkeyId);
      return {};
    }),
});
