import {
  apiKeyList,
  apiKeyMade,
  apiKeyRef,
  createApiKeyInput,
  organisationApiKeyList,
} from '@atelier/contracts/api-keys';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const apiKeysRouter = router({
  /** Mine in the current organisation, the newest first. */
  list: memberProcedure('account.write')
    .output(apiKeyList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.apiKeys.list(ctx.op, ctx.principal))] })),

  /** For the current organisation. The answer holds the key, this once. Errors: `key.too_many`. */
  create: memberProcedure('account.secure')
    .input(createApiKeyInput)
    .output(apiKeyMade)
    .mutation(async ({ ctx, input }) => await ctx.services.apiKeys.create(ctx.op, ctx.principal, input)),

  /** Ends one of mine, for good. Errors: `key.not_found`. */
  revoke: memberProcedure('account.write')
    .input(apiKeyRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.apiKeys.revoke(ctx.op, ctx.principal, input.apiKeyId, { anybodys: false });
      return {};
    }),

  /** Everybody's in the current organisation, the newest first. */
  listAll: memberProcedure('api_key.administer')
    .output(organisationApiKeyList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.apiKeys.listAll(ctx.op, ctx.principal))] })),

  /** Ends one of anybody's in the current organisation, for good. Errors: `key.not_found`. */
  revokeAny: memberProcedure('api_key.administer')
    .input(apiKeyRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.apiKeys.revoke(ctx.op, ctx.principal, input.apiKeyId, { anybodys: true });
      return {};
    }),
});
