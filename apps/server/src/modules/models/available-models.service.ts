import { type AvailableModels, availableModels } from '@atelier/contracts/available-models';
import type { ModelChoice } from '@atelier/contracts/model-choice';
import { largestPictureOf } from '@atelier/contracts/picture-limits';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { ChainRow, ChainsRepository } from './chains.repository.ts';
import type { ModelCatalog } from './model-catalog.ts';
import type { ModelsRepository } from './models.repository.ts';

export interface AvailableModelsDeps {
  readonly models: ModelsRepository;
  readonly chains: ChainsRepository;
  readonly catalog: ModelCatalog;
}

/** What an organisation may choose from. */
export class AvailableModelsService {
  readonly #deps: AvailableModelsDeps;
  constructor(deps: AvailableModelsDeps) {
    this.#deps = deps;
  }

  /**
   * What somebody chose, and what it is called.
   * @throws AppError `model.not_found`, `chain.not_found` for what is not there, or may not be used now.
   */
  async chosen(
    op: Operation,
    principal: SignedIn,
    choice: ModelChoice,
  ): Promise<{ readonly modelId: string | null; readonly chainId: string | null; readonly name: string }> {
    const { models, chains } = await this.list(op, principal);
    if (choice.kind === 'model') {
      const model = models.find(({ id }) => id === choice.modelId);
      if (!model) throw new AppError('model.not_found');
      return { modelId: model.id, chainId: null, name: model.label };
    }
    const chain = chains.find(({ id }) => id === choice.chainId);
    if (!chain) throw new AppError('chain.not_found');
    return { modelId: null, chainId: chain.id, name: chain.name };
  }

  async list(op: Operation, { organisationId }: SignedIn): Promise<AvailableModels> {
    const { models, chains, catalog } = this.#deps;
    const usable = await models.usable(asSystem(op), organisationId);
    const open = new Set(usable.map(({ id }) => id));
    const offered = (rows: readonly ChainRow[], scope: 'organisation' | 'installation') =>
      rows.flatMap(({ id, name, isDefault, modelIds }) => {
        const left = modelIds.filter((modelId) => open.has(modelId));
        return left.length === 0 ? [] : [{ id, name, scope, isDefault, modelIds: left }];
      });
    const [standard] = await catalog.resolve(op, { organisationId, chainId: null, modelId: null });
    return availableModels.parse({
      models: usable.map(({ id, label, provider, contextWindow, maxOutputTokens, price, features, kind }) => ({
        id,
        label,
        provider,
        contextWindow,
        maxOutputTokens,
        price,
        features,
        largestPicture: largestPictureOf(kind, features),
      })),
      chains: [
        ...offered(await chains.list(op, organisationId), 'organisation'),
        ...offered(await chains.list(asSystem(op), null), 'installation'),
      ],
      standard: standard
        ? {
            label: standard.label,
            contextWindow: standard.contextWindow,
            largestPicture: largestPictureOf(standard.provider.kind, standard.features),
          }
        : null,
    });
  }
}
