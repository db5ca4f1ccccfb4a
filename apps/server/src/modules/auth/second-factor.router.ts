import {
  confirmTotpInput,
  newRecoveryCodesInput,
  recoveryCodesMade,
  secondFactorCode,
  secondFactorStatus,
  totpStart,
} from '@atelier/contracts/second-factors';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const secondFactorRouter = router({
  status: memberProcedure('account.write')
    .output(secondFactorStatus)
    .query(async ({ ctx }) => await ctx.services.secondFactors.status(ctx.op, ctx.principal)),

  /** A secret for an authenticator app. It is good for nothing until `confirmTotp`. Errors: `totp.active`. */
  startTotp: memberProcedure('account.secure')
    .output(totpStart)
    .mutation(async ({ ctx }) => await ctx.services.secondFactors.startTotp(ctx.op, ctx.principal)),

  /** Answers the recovery codes, this once. Errors: `totp.not_active`, `totp.active`, `auth.code_invalid`, `request.too_many`. */
  confirmTotp: memberProcedure('account.secure')
    .input(confirmTotpInput)
    .output(recoveryCodesMade)
    .mutation(async ({ ctx, input }) => ({
      recoveryCodes: [...(await ctx.services.secondFactors.confirmTotp(ctx.op, ctx.principal, input.code))],
    })),

  /** Errors: `totp.not_active`, `auth.code_invalid`, `request.too_many`. */
  removeTotp: memberProcedure('account.secure')
    .input(secondFactorCode)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.secondFactors.removeTotp(ctx.op, ctx.principal, input);
      return {};
    }),

  /** Those of before stop working. Errors: `auth.no_second_factor`, `auth.code_invalid`, `request.too_many`. */
  newRecoveryCodes: memberProcedure('account.secure')
    .input(newRecoveryCodesInput)
    .output(recoveryCodesMade)
    .mutation(async ({ ctx, input }) => ({
      recoveryCodes: [...(await ctx.services.secondFactors.newRecoveryCodes(ctx.op, ctx.principal, input.code))],
    })),
});
