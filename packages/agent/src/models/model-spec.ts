import type { ModelFeatures, ModelPrice, ProviderKind } from '@atelier/contracts/models';
import type { ModelProvider } from '../ports.ts';

/** How a provider is reached. */
export interface ProviderSpec extends ModelProvider {
  readonly kind: ProviderKind;
  /** Up to and including the version: "https://api.example.com/v1". */
  readonly baseUrl: string;
  /** Empty for servers that want none. */
  readonly apiKey: string;
  /** The only way out: the server's own, which decides what may be reached. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Everything that has to be known to talk with a model. */
export interface ModelSpec {
  readonly provider: ProviderSpec;
  /** As its provider names it. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  readonly features: ModelFeatures;
  readonly contextWindow: number | null;
  /** The longest answer that is asked for; null: the provider's own limit. */
  readonly maxOutputTokens: number | null;
  readonly price: ModelPrice | null;
}
