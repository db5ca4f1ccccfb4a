import type { ListedModel } from '@atelier/agent/models/list-models';
import type { ModelSpec, ProviderSpec } from '@atelier/agent/models/model-spec';

/** What an administrator asks of a provider. A failure is a `ModelError`, or what the provider's `fetch` threw. */
export interface ModelGateway {
  list(provider: ProviderSpec, signal: AbortSignal): Promise<readonly ListedModel[]>;
  /** Resolves once the model has begun to answer a word. */
  probe(model: ModelSpec, signal: AbortSignal): Promise<void>;
}
