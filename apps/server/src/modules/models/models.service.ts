import { type AddModelsInput, type ModelDto, modelDto, type UpdateModelInput } from '@atelier/contracts/models';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import type { ModelRow, ModelsRepository } from './models.repository.ts';
import type { ProvidersRepository } from './providers.repository.ts';

const most = 500;

export interface ModelsDeps {
  readonly db: Database;
  readonly providers: ProvidersRepository;
  readonly models: ModelsRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Which models of a provider are offered, and what is known about them. */
export class ModelsService {
  readonly #deps: ModelsDeps;
  constructor(deps: ModelsDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `provider.not_found`. */
  async list(op: Operation, providerId: string): Promise<readonly ModelDto[]> {
    const { providers, models } = this.#deps;
    if (!(await providers.find(asSystem(op), providerId))) throw new AppError('provider.not_found');
    return (await models.listOf(asSystem(op), providerId)).map(toDto);
  }

  /** Those that are there already stay as they are. @throws AppError `provider.not_found`, `model.too_many`. */
  async add(
    op: Operation,
    principal: SignedIn,
    { providerId, models: given }: AddModelsInput,
  ): Promise<readonly ModelDto[]> {
    const { db, providers, models, clock } = this.#deps;
    const createdAt = clock.now();
    return await db.transaction(asSystem(op), async (op) => {
      if (!(await providers.lock(op, providerId))) throw new AppError('provider.not_found');
      const added = await models.insert(
        op,
        given.map(({ label, ...model }) => ({
          ...model,
          id: newId(),
          providerId,
          label: label ?? model.name,
          isEnabled: true,
          createdAt,
        })),
      );
      const all = await models.listOf(op, providerId);
      if (all.length > most) throw new AppError('model.too_many');
      if (added.length > 0) {
        await this.#record(op, principal, {
          action: 'models.added',
          target: { kind: 'model_provider', id: providerId },
          after: { names: added },
        });
      }
      return all.map(toDto);
    });
  }

  /** @throws AppError `model.not_found`. */
  async update(op: Operation, principal: SignedIn, { modelId, ...given }: UpdateModelInput): Promise<ModelDto> {
    const { db, models } = this.#deps;
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return await db.transaction(asSystem(op), async (op) => {
      const before = await models.lock(op, modelId);
      if (!before) throw new AppError('model.not_found');
      const after: ModelRow = { ...before, ...changes };
      await models.save(op, after);
      await this.#record(op, principal, {
        action: 'model.changed',
        target: { kind: 'model', id: modelId },
        before: pick(before, Object.keys(changes)),
        after: changes,
      });
      return toDto(after);
    });
  }

  /** Chains go on without it. @throws AppError `model.not_found`. */
  async remove(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, models } = this.#deps;
    await db.transaction(asSystem(op), async (op) => {
      const before = await models.lock(op, id);
      if (!before) throw new AppError('model.not_found');
      await models.remove(op, id);
      const { name, label, providerId } = before;
      await this.#record(op, principal, {
        action: 'model.removed',
        target: { kind: 'model', id },
        before: { name, label, providerId },
      });
    });
  }

  async #record(op: Operation, principal: SignedIn, fact: AuditFact): Promise<void> {
    const { userId: actorId, credential } = principal;
    await this.#deps.audit.recordInstallation(op, { ...fact, actorId, credential });
  }
}

function pick(row: ModelRow, keys: readonly string[]) {
  return Object.fromEntries(keys.map((key) => [key, Reflect.get(row, key)]));
}

function toDto(row: ModelRow): ModelDto {
  return modelDto.parse({ ...row, createdAt: row.createdAt.toISOString() });
}
