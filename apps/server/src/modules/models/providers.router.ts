import {
  accessDto,
  connectProviderInput,
  createProviderInput,
  fetchedModels,
  findOrganisationsInput,
  foundOrganisations,
  providerDto,
  providerList,
  providerRef,
  providerTest,
  setAccessInput,
  testProviderInput,
  updateProviderInput,
} from '@atelier/contracts/providers';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

/** Providers of language models, for administrators of the installation. */
export const providersRouter = router({
  /** All of them, the oldest first. */
  list: memberProcedure('model.administer')
    .output(providerList)
    .query(async ({ ctx }) => ({ items: [...(await ctx.services.modelProviders.list(ctx.op))] })),

  /** The key is sealed and never shown again. Errors: `provider.too_many`. */
  create: memberProcedure('model.connect')
    .input(createProviderInput)
    .output(providerDto)
    .mutation(async ({ ctx, input }) => await ctx.services.modelProviders.create(ctx.op, ctx.principal, input)),

  /** Its name, and whether it is on. Holds from the next run on. Errors: `provider.not_found`. */
  update: memberProcedure('model.administer')
    .input(updateProviderInput)
    .output(providerDto)
    .mutation(async ({ ctx, input }) => await ctx.services.modelProviders.update(ctx.op, ctx.principal, input)),

  /** Its address and its key. Another address without a key leaves none. Errors: `provider.not_found`. */
  connect: memberProcedure('model.connect')
    .input(connectProviderInput)
    .output(providerDto)
    .mutation(async ({ ctx, input }) => await ctx.services.modelProviders.connect(ctx.op, ctx.principal, input)),

  /** With its models, which leave their chains. Errors: `provider.not_found`. */
  remove: memberProcedure('model.administer')
    .input(providerRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.modelProviders.remove(ctx.op, ctx.principal, input.providerId);
      return {};
    }),

  /** Asks for its list of models, and a named one for a word. That it fails is an answer. Errors: `provider.not_found`. */
  test: memberProcedure('model.administer')
    .input(testProviderInput)
    .output(providerTest)
    .mutation(async ({ ctx, input }) => await ctx.services.providerChecks.test(ctx.op, input.providerId, input.model)),

  /** What it says it has. That it fails is an answer. Errors: `provider.not_found`. */
  fetchModels: memberProcedure('model.administer')
    .input(providerRef)
    .output(fetchedModels)
    .mutation(async ({ ctx, input }) => await ctx.services.providerChecks.fetchModels(ctx.op, input.providerId)),

  /** Who may use it. Errors: `provider.not_found`. */
  access: memberProcedure('model.administer')
    .input(providerRef)
    .output(accessDto)
    .query(async ({ ctx, input }) => await ctx.services.providerAccess.get(ctx.op, input.providerId)),

  /** Errors: `provider.not_found`, `organisation.not_found`. */
  setAccess: memberProcedure('model.administer')
    .input(setAccessInput)
    .output(accessDto)
    .mutation(async ({ ctx, input }) => await ctx.services.providerAccess.set(ctx.op, ctx.principal, input)),

  /** Organisations to give access to, by name. */
  findOrganisations: memberProcedure('model.administer')
    .input(findOrganisationsInput)
    .output(foundOrganisations)
    .query(async ({ ctx, input }) => await ctx.services.providerAccess.find(ctx.op, input.search)),
});
