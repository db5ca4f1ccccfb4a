import { createOfflineModel } from '@atelier/agent/models/offline';
import type { Operation } from '@atelier/entities/operation';
import {
  AvailableModelsService,
  CatalogRepository,
  ChainsRepository,
  ChainsService,
  ModelCatalog,
  ModelsRepository,
  ModelsService,
  ProviderAccessRepository,
  ProviderAccessService,
  ProviderBreakers,
  ProviderChecksService,
  ProviderHealthRecorder,
  ProviderHealthRepository,
  ProviderKeys,
  ProvidersRepository,
  ProvidersService,
  providerGateway,
  RunModels,
} from '../modules/models/index.ts';
import { openEgress } from '../platform/egress/egress.ts';
import type { Foundation } from './foundation.ts';

const system: Operation = { principal: { kind: 'system' } };

/** Providers, models and chains, and who answers a run. */
export type Models = ReturnType<typeof composeModels>;

export function composeModels(foundation: Foundation) {
  const { config, clock, log, db, keys, auditLog } = foundation;
  // What an administrator of the installation writes down may be in their own network: Ollama, vLLM, llama.cpp.
  const toProviders = openEgress({ allowPrivate: true, ports: null, maxBytes: 64 * 1024 * 1024, maxMs: 60 * 60_000 });
  const { fetch } = toProviders;
  const providerRows = new ProvidersRepository(db);
  const modelRows = new ModelsRepository(db);
  const chainRows = new ChainsRepository(db);
  const providerKeys = new ProviderKeys(keys);
  const catalogRows = new CatalogRepository(db);
  const modelDeps = {
    db,
    providers: providerRows,
    models: modelRows,
    keys: providerKeys,
    audit: auditLog,
    clock,
    fetch,
  };
  const modelCatalog = new ModelCatalog({ ...modelDeps, catalog: catalogRows, environment: config.model, log });
  const modelServices = {
    modelProviders: new ProvidersService(modelDeps),
    providerAccess: new ProviderAccessService({ ...modelDeps, access: new ProviderAccessRepository(db) }),
    providerChecks: new ProviderChecksService({ ...modelDeps, gateway: providerGateway }),
    models: new ModelsService(modelDeps),
    modelChains: new ChainsService({ ...modelDeps, chains: chainRows }),
    modelCatalog,
    availableModels: new AvailableModelsService({ models: modelRows, chains: chainRows, catalog: modelCatalog }),
  };
  const runModels = new RunModels(modelCatalog, createOfflineModel({ clock, wordMs: config.offlineWordMs }));
  const healthRows = new ProviderHealthRepository(db);
  const health = new ProviderHealthRecorder({ store: (seen) => healthRows.merge(system, seen), log });
  const breakers = new ProviderBreakers(clock, (id, seen) => health.note(id, seen));
  return { modelServices, runModels, toProviders, health, breakers };
}
