import {
  type ChainDto,
  type ChainScope,
  type CreateChainInput,
  chainDto,
  type UpdateChainInput,
} from '@atelier/contracts/chains';
import type { Database } from '@atelier/entities/database';
import { isForeignKeyViolation } from '@atelier/entities/database-errors';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import type { ChainRow, ChainsRepository } from './chains.repository.ts';
import type { ModelsRepository } from './models.repository.ts';

const most = 50;

export interface ChainsDeps {
  readonly db: Database;
  readonly chains: ChainsRepository;
  readonly models: ModelsRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/**
 * Chains of the installation, or of the current organisation. An organisation's are read and written behind the wall of
 * row-level security; models stand outside of it and are asked for by the program.
 */
export class ChainsService {
  readonly #deps: ChainsDeps;
  constructor(deps: ChainsDeps) {
    this.#deps = deps;
  }

  async list(op: Operation, principal: SignedIn, scope: ChainScope): Promise<readonly ChainDto[]> {
    const rows = await this.#deps.chains.list(operationOf(op, scope), ownerOf(principal, scope));
    return await this.#described(op, principal, scope, rows);
  }

  /** @throws AppError `model.not_found` for a model that may not be used there, `chain.too_many`. */
  async create(op: Operation, principal: SignedIn, scope: ChainScope, input: CreateChainInput): Promise<ChainDto> {
    const { chains, clock } = this.#deps;
    const owner = ownerOf(principal, scope);
    await this.#checkModels(op, principal, scope, input.modelIds);
    const row: ChainRow = { id: newId(), ...input, isDefault: false, createdAt: clock.now() };
    await this.#changing(op, principal, scope, async (op) => {
      if ((await chains.list(op, owner)).length >= most) throw new AppError('chain.too_many');
      await chains.insert(op, owner, row);
      return { action: 'chain.created', target: targetOf(row.id), after: recorded(row) };
    });
    return await this.#one(op, principal, scope, row);
  }

  /** @throws AppError `chain.not_found`, `model.not_found`. */
  async update(op: Operation, principal: SignedIn, scope: ChainScope, input: UpdateChainInput): Promise<ChainDto> {
    const { chains } = this.#deps;
    const { chainId, name, modelIds } = input;
    const owner = ownerOf(principal, scope);
    if (modelIds) await this.#checkModels(op, principal, scope, modelIds);
    let after: ChainRow | null = null;
    await this.#changing(op, principal, scope, async (op) => {
      const before = await this.#found(op, owner, chainId);
      if (name !== undefined) await chains.rename(op, owner, chainId, name);
      if (modelIds) await chains.setModels(op, chainId, modelIds);
      after = await this.#found(op, owner, chainId);
      return { action: 'chain.changed', target: targetOf(chainId), before: recorded(before), after: recorded(after) };
    });
    if (!after) throw new AppError('chain.not_found');
    return await this.#one(op, principal, scope, after);
  }

  /** Null: none. @throws AppError `chain.not_found`. */
  async setDefault(op: Operation, principal: SignedIn, scope: ChainScope, chainId: string | null): Promise<void> {
    const { chains } = this.#deps;
    const owner = ownerOf(principal, scope);
    await this.#changing(op, principal, scope, async (op) => {
      if (chainId !== null) await this.#found(op, owner, chainId);
      const before = (await chains.list(op, owner)).find(({ isDefault }) => isDefault)?.id ?? null;
      await chains.setDefault(op, owner, chainId);
      return {
        action: 'chain.default_changed',
        target: targetOf(chainId ?? before),
        before: { default: before },
        after: { default: chainId },
      };
    });
  }

  /** @throws AppError `chain.not_found`. */
  async remove(op: Operation, principal: SignedIn, scope: ChainScope, chainId: string): Promise<void> {
    const { chains } = this.#deps;
    const owner = ownerOf(principal, scope);
    await this.#changing(op, principal, scope, async (op) => {
      const before = await this.#found(op, owner, chainId);
      await chains.remove(op, owner, chainId);
      return { action: 'chain.removed', target: targetOf(chainId), before: recorded(before) };
    });
  }

  /** One change and its entry in the record of its scope. */
  async #changing(
    op: Operation,
    principal: SignedIn,
    scope: ChainScope,
    change: (op: Operation) => Promise<AuditFact>,
  ): Promise<void> {
    const { db, chains, audit } = this.#deps;
    const { userId: actorId, credential, organisationId } = principal;
    await db
      .transaction(operationOf(op, scope), async (op) => {
        await chains.takeTurn(op, ownerOf(principal, scope));
        const fact = await change(op);
        if (scope === 'installation') await audit.recordInstallation(op, { ...fact, actorId, credential });
        else await audit.record(op, organisationId, fact);
      })
      .catch((error: unknown) => {
        // Removed since it was looked for.
        throw isForeignKeyViolation(error) ? new AppError('model.not_found', { cause: error }) : error;
      });
  }

  async #found(op: Operation, owner: string | null, chainId: string): Promise<ChainRow> {
    const row = await this.#deps.chains.find(op, owner, chainId);
    if (!row) throw new AppError('chain.not_found');
    return row;
  }

  /** The installation names any of its models; an organisation those that it may use. */
  async #checkModels(op: Operation, principal: SignedIn, scope: ChainScope, ids: readonly string[]): Promise<void> {
    const { models } = this.#deps;
    const system = asSystem(op);
    const known =
      scope === 'installation'
        ? await models.described(system, ids)
        : await models.usable(system, principal.organisationId);
    const open = new Set(known.map(({ id }) => id));
    if (!ids.every((id) => open.has(id))) throw new AppError('model.not_found');
  }

  async #one(op: Operation, principal: SignedIn, scope: ChainScope, row: ChainRow): Promise<ChainDto> {
    const [dto] = await this.#described(op, principal, scope, [row]);
    if (!dto) throw new AppError('chain.not_found');
    return dto;
  }

  async #described(
    op: Operation,
    principal: SignedIn,
    scope: ChainScope,
    rows: readonly ChainRow[],
  ): Promise<readonly ChainDto[]> {
    const { models } = this.#deps;
    const described = await models.described(asSystem(op), [...new Set(rows.flatMap(({ modelIds }) => modelIds))]);
    const byId = new Map(described.map((model) => [model.id, model]));
    const usable =
      scope === 'installation'
        ? described.filter(({ isOn }) => isOn)
        : await models.usable(asSystem(op), principal.organisationId);
    const open = new Set(usable.map(({ id }) => id));
    return rows.map(({ id, name, isDefault, modelIds, createdAt }) =>
      chainDto.parse({
        id,
        name,
        scope,
        isDefault,
        models: modelIds.flatMap((modelId) => {
          const model = byId.get(modelId);
          if (!model) return [];
          return [{ id: modelId, label: model.label, provider: model.provider, isUsable: open.has(modelId) }];
        }),
        createdAt: createdAt.toISOString(),
      }),
    );
  }
}

function ownerOf(principal: SignedIn, scope: ChainScope): string | null {
  return scope === 'installation' ? null : principal.organisationId;
}

function operationOf(op: Operation, scope: ChainScope): Operation {
  return scope === 'installation' ? asSystem(op) : op;
}

function targetOf(id: string | null) {
  return { kind: 'model_chain', id };
}

function recorded({ name, modelIds }: ChainRow) {
  return { name, models: modelIds };
}
