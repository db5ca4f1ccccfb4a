import type { ModelSpec } from '@atelier/agent/models/model-spec';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { UnsealError } from '../../platform/secrets/key-ring.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { CandidateRow, CatalogRepository, Wanted } from './catalog.repository.ts';
import type { ProviderKeys } from './provider-keys.ts';

export interface CatalogDeps {
  readonly catalog: CatalogRepository;
  readonly keys: ProviderKeys;
  /** The way to every provider. */
  readonly fetch: typeof globalThis.fetch;
  /** The model of the environment; null when it names none. */
  readonly environment: { readonly baseUrl: string; readonly apiKey: string; readonly model: string } | null;
  readonly log: Logger;
}

/** Those who answer, in the order they are asked. */
interface Answering {
  readonly specs: readonly ModelSpec[];
  readonly isChosen: boolean;
}

/** Which models answer for an organisation. Nothing is kept between runs: one query tells, in every process alike. */
export class ModelCatalog {
  readonly #deps: CatalogDeps;
  constructor(deps: CatalogDeps) {
    this.#deps = deps;
  }

  /**
   * In order: the first one answers, and where it fails the next. What is off, or not for this organisation, is left out;
   * where nothing is left of what was chosen, the defaults answer, then the oldest model, then the environment's. Empty:
   * there is no model at all, and the offline one answers.
   */
  async resolve(op: Operation, wanted: Wanted): Promise<readonly ModelSpec[]> {
    return (await this.answering(op, wanted)).specs;
  }

  /** Like `resolve`, and whether it is what was chosen that answers. */
  async answering(op: Operation, wanted: Wanted): Promise<Answering> {
    const rows = await this.#deps.catalog.candidates(asSystem(op), wanted);
    const specs = rows.flatMap((row) => this.#specOf(row) ?? []);
    if (specs.length > 0) return { specs, isChosen: rows.some(({ isChosen }) => isChosen) };
    const environment = this.#environment();
    return { specs: environment ? [environment] : [], isChosen: false };
  }

  /** Null when its key cannot be read any more: another one may answer. */
  #specOf(row: CandidateRow): ModelSpec | null {
    const { keys, fetch, log } = this.#deps;
    try {
      return {
        provider: {
          id: row.providerId,
          name: row.providerName,
          kind: row.kind,
          baseUrl: row.baseUrl,
          apiKey: keys.open(row.providerId, row.keySealed),
          fetch,
        },
        id: row.name,
        label: row.label,
        features: row.features,
        contextWindow: row.contextWindow,
        maxOutputTokens: row.maxOutputTokens,
        price: row.price,
      };
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
      log.error({ providerId: row.providerId, reason: error.reason }, 'the key of a model provider cannot be read');
      return null;
    }
  }

  #environment(): ModelSpec | null {
    const { environment, fetch } = this.#deps;
    if (!environment) return null;
    const { baseUrl, apiKey, model } = environment;
    return {
      provider: { id: 'environment', name: 'the model provider', kind: 'openai_compatible', baseUrl, apiKey, fetch },
      id: model,
      label: model,
      features: { tools: true, images: false, reasoning: true },
      contextWindow: null,
      maxOutputTokens: null,
      price: null,
    };
  }
}
