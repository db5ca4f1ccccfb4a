import { grantDto } from '@atelier/contracts/auth';
import {
  accountList,
  accountRef,
  confirmInput,
  deviceList,
  deviceRef,
  signedOut,
  signOutEverywhereInput,
} from '@atelier/contracts/devices';
import { assertionOptions } from '@atelier/contracts/passkeys';
import * as z from 'zod';
import { memberProcedure } from '../../procedures.ts';
import { jarOf, keep } from './sign-in-cookies.ts';

/** Where and how I am signed in. */
export const deviceProcedures = {
  /** My sign-ins that have not ended, the last used first. */
  devices: memberProcedure('account.write')
    .output(deviceList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.devices.list(ctx.op, ctx.principal))] })),

  /** Signs one of them out. Errors: `device.not_found`. */
  endDevice: memberProcedure('account.write')
    .input(deviceRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.devices.end(ctx.op, ctx.principal, input.signInId);
      return {};
    }),

  signOutEverywhere: memberProcedure('account.write')
    .input(signOutEverywhereInput)
    .output(signedOut)
    .mutation(async ({ ctx, input }) => {
      const ended = await ctx.services.devices.endAll(ctx.op, ctx.principal, input.which);
      if (input.which === 'all') jarOf(ctx).clear(ctx.services.refreshCookie);
      return { ended };
    }),

  /**
   * Proves again who is there. The sign-in goes on under a new id: use the answer from now on.
   * Errors: `auth.invalid_credentials`, `auth.code_invalid`, `auth.passkey_refused`, `request.too_many`.
   */
  confirm: memberProcedure('account.write')
    .input(confirmInput)
    .output(grantDto)
    .mutation(async ({ ctx, input }) => {
      const jar = jarOf(ctx);
      const { confirmation, passkeyCookie, refreshCookie } = ctx.services;
      const shown = { input, held: passkeyCookie.read(jar) };
      return keep(jar, refreshCookie, await confirmation.confirm(ctx.op, ctx.principal, shown, ctx.caller));
    }),

  /** What to ask my passkeys for `confirm`. */
  startPasskeyConfirm: memberProcedure('account.write')
    .output(assertionOptions)
    .mutation(async ({ ctx }) => {
      const jar = jarOf(ctx);
      const { options, given } = await ctx.services.confirmation.startPasskeyConfirm(ctx.op, ctx.principal);
      ctx.services.passkeyCookie.write(jar, given);
      return options;
    }),

  /** The accounts by which I sign in. */
  accounts: memberProcedure('account.write')
    .output(accountList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.linkedAccounts.list(ctx.op, ctx.principal))] })),

  /** Errors: `account.not_found`, `auth.last_way`. */
  unlink: memberProcedure('account.secure')
    .input(accountRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.linkedAccounts.unlink(ctx.op, ctx.principal, input.accountId);
      return {};
    }),
};
