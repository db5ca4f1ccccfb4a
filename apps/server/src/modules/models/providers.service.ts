import type {
  ConnectProviderInput,
  CreateProviderInput,
  ProviderDto,
  UpdateProviderInput,
} from '@atelier/contracts/providers';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import { recordedProvider, toProviderDto } from './provider-dto.ts';
import { noKey, type ProviderKeys } from './provider-keys.ts';
import type { ProviderRow, ProvidersRepository } from './providers.repository.ts';

const most = 50;
const neverAsked = { lastAnsweredAt: null, lastFailedAt: null, lastError: null, restsUntil: null };

export interface ProvidersDeps {
  readonly db: Database;
  readonly providers: ProvidersRepository;
  readonly keys: ProviderKeys;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Providers of language models, as administrators of the installation arrange them. What they set holds from the next run on. */
export class ProvidersService {
  readonly #deps: ProvidersDeps;
  constructor(deps: ProvidersDeps) {
    this.#deps = deps;
  }

  async list(op: Operation): Promise<readonly ProviderDto[]> {
    const { providers, clock } = this.#deps;
    return (await providers.list(asSystem(op))).map((row) => toProviderDto(row, clock.now()));
  }

  /** @throws AppError `provider.too_many`. */
  async create(op: Operation, principal: SignedIn, input: CreateProviderInput): Promise<ProviderDto> {
    const { db, providers, keys, clock } = this.#deps;
    const { apiKey, ...given } = input;
    const id = newId();
    const now = clock.now();
    const key = apiKey === null ? noKey : keys.seal(id, apiKey);
    const row: ProviderRow = { id, ...given, ...key, isEnabled: true, createdAt: now, updatedAt: now };
    return await db.transaction(asSystem(op), async (op) => {
      if ((await providers.count(op)) >= most) throw new AppError('provider.too_many');
      await providers.insert(op, row);
      await this.#record(op, principal, row.id, { action: 'provider.added', after: recordedProvider(row) });
      return toProviderDto({ ...row, organisations: 0, models: 0, ...neverAsked }, now);
    });
  }

  /** @throws AppError `provider.not_found`. */
  async update(op: Operation, principal: SignedIn, input: UpdateProviderInput): Promise<ProviderDto> {
    return await this.#changing(op, principal, input.providerId, 'provider.changed', (row) => ({
      ...row,
      name: input.name ?? row.name,
      isEnabled: input.isEnabled ?? row.isEnabled,
    }));
  }

  /**
   * A key goes to the address it was given for and to no other: changing the address without a key clears it.
   * @throws AppError `provider.not_found`.
   */
  async connect(op: Operation, principal: SignedIn, input: ConnectProviderInput): Promise<ProviderDto> {
    const { keys } = this.#deps;
    const { providerId, apiKey } = input;
    return await this.#changing(op, principal, providerId, 'provider.connected', (row) => {
      const baseUrl = input.baseUrl ?? row.baseUrl;
      if (apiKey) return { ...row, baseUrl, ...keys.seal(row.id, apiKey) };
      const isKept = apiKey === undefined && baseUrl === row.baseUrl;
      return { ...row, baseUrl, ...(isKept ? {} : noKey) };
    });
  }

  /** With its models. @throws AppError `provider.not_found`. */
  async remove(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, providers } = this.#deps;
    await db.transaction(asSystem(op), async (op) => {
      const before = await providers.lock(op, id);
      if (!before) throw new AppError('provider.not_found');
      await providers.remove(op, id);
      await this.#record(op, principal, id, { action: 'provider.removed', before: recordedProvider(before) });
    });
  }

  async #changing(
    op: Operation,
    principal: SignedIn,
    id: string,
    action: 'provider.changed' | 'provider.connected',
    change: (row: ProviderRow) => ProviderRow,
  ): Promise<ProviderDto> {
    const { db, providers, clock } = this.#deps;
    return await db.transaction(asSystem(op), async (op) => {
      const before = await providers.lock(op, id);
      if (!before) throw new AppError('provider.not_found');
      const after = { ...change(before), updatedAt: clock.now() };
      await providers.save(op, after);
      await this.#record(op, principal, id, {
        action,
        before: recordedProvider(before),
        after: { ...recordedProvider(after), isKeyChanged: after.keySealed !== before.keySealed },
      });
      const saved = await providers.find(op, id);
      if (!saved) throw new AppError('provider.not_found');
      return toProviderDto(saved, clock.now());
    });
  }

  async #record(op: Operation, principal: SignedIn, id: string, fact: Omit<AuditFact, 'target'>): Promise<void> {
    await this.#deps.audit.recordInstallation(op, {
      ...fact,
      target: { kind: 'model_provider', id },
      actorId: principal.userId,
      credential: principal.credential,
    });
  }
}
