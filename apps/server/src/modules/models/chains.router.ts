import {
  type ChainScope,
  chainDto,
  chainList,
  chainRef,
  createChainInput,
  setDefaultChainInput,
  updateChainInput,
} from '@atelier/contracts/chains';
import type { Permission } from '@atelier/contracts/permissions';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

/** Chains of the current organisation, of the models that it may use. */
export const chainsRouter = routerFor('organisation', 'chain.administer');

/** Chains of the installation, which every organisation has. */
export const installationChainsRouter = routerFor('installation', 'model.administer');

function routerFor(scope: ChainScope, permission: Permission) {
  const procedure = memberProcedure(permission);
  return router({
    /** The oldest first. */
    list: procedure.output(chainList).query(async ({ ctx }) => ({
      items: [...(await ctx.services.modelChains.list(ctx.op, ctx.principal, scope))],
    })),

    /** Errors: `model.not_found` for one that may not be used there, `chain.too_many`. */
    create: procedure
      .input(createChainInput)
      .output(chainDto)
      .mutation(async ({ ctx, input }) => await ctx.services.modelChains.create(ctx.op, ctx.principal, scope, input)),

    /** Errors: `chain.not_found`, `model.not_found`. */
    update: procedure
      .input(updateChainInput)
      .output(chainDto)
      .mutation(async ({ ctx, input }) => await ctx.services.modelChains.update(ctx.op, ctx.principal, scope, input)),

    /** What answers where nothing is chosen. Errors: `chain.not_found`. */
    setDefault: procedure
      .input(setDefaultChainInput)
      .output(z.strictObject({}))
      .mutation(async ({ ctx, input }) => {
        await ctx.services.modelChains.setDefault(ctx.op, ctx.principal, scope, input.chainId);
        return {};
      }),

    /** Errors: `chain.not_found`. */
    remove: procedure
      .input(chainRef)
      .output(z.strictObject({}))
      .mutation(async ({ ctx, input }) => {
        await ctx.services.modelChains.remove(ctx.op, ctx.principal, scope, input.chainId);
        return {};
      }),
  });
}
