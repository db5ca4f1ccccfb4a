import { availableModels } from '@atelier/contracts/available-models';
import {
  addModelsInput,
  listModelsInput,
  modelDto,
  modelList,
  modelRef,
  updateModelInput,
} from '@atelier/contracts/models';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const modelsRouter = router({
  /** What the current organisation may choose from, and what answers where nothing is chosen. */
  available: memberProcedure('model.read')
    .output(availableModels)
    .query(async ({ ctx }) => await ctx.services.availableModels.list(ctx.op, ctx.principal)),

  /** Of one provider, the oldest first, like all that follows for administrators of the installation. Errors: `provider.not_found`. */
  list: memberProcedure('model.administer')
    .input(listModelsInput)
    .output(modelList)
    .query(async ({ ctx, input }) => ({ items: [...(await ctx.services.models.list(ctx.op, input.providerId))] })),

  /** Those that are there already stay as they are. Errors: `provider.not_found`, `model.too_many`. */
  add: memberProcedure('model.administer')
    .input(addModelsInput)
    .output(modelList)
    .mutation(async ({ ctx, input }) => ({
      items: [...(await ctx.services.models.add(ctx.op, ctx.principal, input))],
    })),

  /** What is known about it, and whether it is on. Errors: `model.not_found`. */
  update: memberProcedure('model.administer')
    .input(updateModelInput)
    .output(modelDto)
    .mutation(async ({ ctx, input }) => await ctx.services.models.update(ctx.op, ctx.principal, input)),

  /** Chains go on without it. Errors: `model.not_found`. */
  remove: memberProcedure('model.administer')
    .input(modelRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.models.remove(ctx.op, ctx.principal, input.modelId);
      return {};
    }),
});
