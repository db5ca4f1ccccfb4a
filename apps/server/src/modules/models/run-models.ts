import { createModel } from '@atelier/agent/models/create-model';
import type { Model } from '@atelier/agent/ports';
import type { Operation } from '@atelier/entities/operation';
import type { Wanted } from './catalog.repository.ts';
import type { ModelCatalog } from './model-catalog.ts';

/** Who answers: the models that an organisation may use, in their order, or the offline one where there are none. */
export class RunModels {
  readonly #catalog: ModelCatalog;
  readonly #offline: Model;

  constructor(catalog: ModelCatalog, offline: Model) {
    this.#catalog = catalog;
    this.#offline = offline;
  }

  async of(op: Operation, wanted: Wanted): Promise<readonly [Model, ...Model[]]> {
    const [first, ...others] = (await this.#catalog.resolve(op, wanted)).map(createModel);
    return first ? [first, ...others] : [this.#offline];
  }
}
