import { createModel } from '@atelier/agent/models/create-model';
import type { Model } from '@atelier/agent/ports';
import type { Operation } from '@atelier/entities/operation';
import type { ModelCatalog } from './model-catalog.ts';

/** What was chosen for a session, or for an answer. */
interface Choice {
  readonly modelId: string | null;
  readonly chainId: string | null;
  readonly name: string;
}

export interface Answerers {
  /** In the order they are asked. */
  readonly models: readonly [Model, ...Model[]];
  /** Why it is not who was chosen, for people; null: it is, or nobody was. */
  readonly notice: string | null;
}

/** Who answers: the models that an organisation may use, in their order, or the offline one where there are none. */
export class RunModels {
  readonly #catalog: ModelCatalog;
  readonly #offline: Model;

  constructor(catalog: ModelCatalog, offline: Model) {
    this.#catalog = catalog;
    this.#offline = offline;
  }

  /** What was chosen, while it may be used; else what is usual in the organisation, and it is said. */
  async of(
    op: Operation,
    organisationId: string,
    choice: Choice | null,
    chosenFor: 'this session' | 'this answer' = 'this session',
  ): Promise<Answerers> {
    const { modelId = null, chainId = null } = choice ?? {};
    const { specs, isChosen } = await this.#catalog.answering(op, { organisationId, chainId, modelId });
    const [first, ...others] = specs.map(createModel);
    const models = first ? ([first, ...others] as const) : ([this.#offline] as const);
    const isGone = choice !== null && !isChosen;
    return { models, notice: isGone ? goneNotice(choice.name, chosenFor, models[0].label) : null };
  }
}

function goneNotice(chosen: string, chosenFor: string, answering: string): string {
  return `${chosen} was chosen for ${chosenFor} and cannot be used now. ${answering} answers instead.`;
}
