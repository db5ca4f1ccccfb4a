import type { ListedModel } from '@atelier/agent/models/list-models';
import type { ModelSpec, ProviderSpec } from '@atelier/agent/models/model-spec';
import { modelName, newModel } from '@atelier/contracts/models';
import { type FetchedModels, fetchedModels, type ProviderTest } from '@atelier/contracts/providers';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { ModelGateway } from './model-gateway.ts';
import type { ModelsRepository } from './models.repository.ts';
import type { ProviderKeys } from './provider-keys.ts';
import { outcomeOf, outcomeOfFailure } from './provider-outcome.ts';
import type { ProviderRow, ProvidersRepository } from './providers.repository.ts';

const timeoutMs = 15_000;
/** OpenRouter has some hundreds. */
const mostListed = 1000;

export interface ProviderChecksDeps {
  readonly providers: ProvidersRepository;
  readonly models: ModelsRepository;
  readonly keys: ProviderKeys;
  readonly gateway: ModelGateway;
  readonly fetch: typeof globalThis.fetch;
}

/** Asks providers whether they answer and what they have. A failure is an answer too: it says what to look at. */
export class ProviderChecksService {
  readonly #deps: ProviderChecksDeps;
  constructor(deps: ProviderChecksDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `provider.not_found`. */
  async test(op: Operation, providerId: string, model: string | undefined): Promise<ProviderTest> {
    const { gateway } = this.#deps;
    const row = await this.#find(op, providerId);
    const signal = AbortSignal.timeout(timeoutMs);
    const startedAt = performance.now();
    const outcome = await asking(signal, async () => {
      const provider = this.#specOf(row);
      await gateway.list(provider, signal);
      if (model !== undefined) await gateway.probe(unknownModel(provider, model), signal);
    });
    return { ...outcome, latencyMs: Math.round(performance.now() - startedAt) };
  }

  /** @throws AppError `provider.not_found`. */
  async fetchModels(op: Operation, providerId: string): Promise<FetchedModels> {
    const { gateway, models } = this.#deps;
    const row = await this.#find(op, providerId);
    const signal = AbortSignal.timeout(timeoutMs);
    let listed: readonly ListedModel[] = [];
    const outcome = await asking(signal, async () => {
      listed = await gateway.list(this.#specOf(row), signal);
    });
    const known = new Set((await models.listOf(asSystem(op), providerId)).map(({ name }) => name));
    const items = listed.filter(({ id }) => modelName.safeParse(id).success).slice(0, mostListed);
    return fetchedModels.parse({
      ...outcome,
      models: items.map(({ id, label, contextWindow, maxOutputTokens }) => ({
        name: id,
        label: newModel.shape.label.safeParse(label).data ?? null,
        contextWindow: contextWindow ?? null,
        maxOutputTokens: maxOutputTokens ?? null,
        isAdded: known.has(id),
      })),
    });
  }

  async #find(op: Operation, providerId: string): Promise<ProviderRow> {
    const row = await this.#deps.providers.find(asSystem(op), providerId);
    if (!row) throw new AppError('provider.not_found');
    return row;
  }

  #specOf({ id, name, kind, baseUrl, keySealed }: ProviderRow): ProviderSpec {
    const { keys, fetch } = this.#deps;
    return { id, name, kind, baseUrl, apiKey: keys.open(id, keySealed), fetch };
  }
}

async function asking(signal: AbortSignal, work: () => Promise<void>) {
  try {
    await work();
    return outcomeOf('ok');
  } catch (error) {
    return outcomeOfFailure(error, signal);
  }
}

/** A model of which only the name is known. */
function unknownModel(provider: ProviderSpec, id: string): ModelSpec {
  return {
    provider,
    id,
    label: id,
    features: { tools: false, images: false, reasoning: false },
    contextWindow: null,
    maxOutputTokens: null,
    price: null,
  };
}
