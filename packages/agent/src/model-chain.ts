import type { AskedModel } from '@atelier/contracts/models';
import type { RunError } from '@atelier/contracts/runs';
import type { Model, ModelHealth } from './ports.ts';

/** The models of a run in the order they are tried. Once one has taken over, it stays for the rest of the run. */
export class ModelChain {
  readonly #models: readonly [Model, ...Model[]];
  readonly #health: ModelHealth;
  #at = 0;

  constructor(models: readonly [Model, ...Model[]], health: ModelHealth) {
    this.#models = models;
    this.#health = health;
  }

  get model(): Model {
    return this.#models[this.#at] ?? this.#models[0];
  }

  /** The next one that may be asked; null when there is none. */
  get next(): Model | null {
    return this.#models.slice(this.#at + 1).find((model) => this.#health.allows(model)) ?? null;
  }

  /** Why the current one should not be asked at all, when another may be; null when it may. */
  get objection(): RunError | null {
    const { model } = this;
    if (this.#health.allows(model) || this.next === null) return null;
    const message = `${model.provider.name} has failed several times in a row and is left alone for a moment.`;
    return { code: 'provider.unhealthy', message, retryable: true };
  }

  moveOn(): void {
    const { next } = this;
    if (next) this.#at = this.#models.indexOf(next);
  }
}

export function refOf({ id, label, provider, contextWindow }: Model): AskedModel {
  return { id, label, provider: provider.name, contextWindow };
}
