import type { ModelSpec, ProviderSpec } from '@atelier/agent/models/model-spec';
import type { ModelPrice } from '@atelier/contracts/models';

/** A model as its provider tells of it. Null: it does not say. */
export interface ListedModel {
  readonly id: string;
  readonly label: string | null;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly price: ModelPrice | null;
}

/** What an administrator asks of a provider. A failure is a `ModelError`, or what the provider's `fetch` threw. */
export interface ModelGateway {
  list(provider: ProviderSpec, signal: AbortSignal): Promise<readonly ListedModel[]>;
  /** Resolves once the model has begun to answer a word. */
  probe(model: ModelSpec, signal: AbortSignal): Promise<void>;
}
