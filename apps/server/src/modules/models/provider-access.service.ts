import {
  type AccessDto,
  accessDto,
  type FoundOrganisations,
  foundOrganisations,
  type SetAccessInput,
} from '@atelier/contracts/providers';
import type { Database } from '@atelier/entities/database';
import { isForeignKeyViolation } from '@atelier/entities/database-errors';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { ProviderAccessRepository } from './provider-access.repository.ts';
import type { ProvidersRepository } from './providers.repository.ts';

const mostFound = 50;

export interface ProviderAccessDeps {
  readonly db: Database;
  readonly providers: ProvidersRepository;
  readonly access: ProviderAccessRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Which organisations may use a provider: all of them, or those that are named. */
export class ProviderAccessService {
  readonly #deps: ProviderAccessDeps;
  constructor(deps: ProviderAccessDeps) {
    this.#deps = deps;
  }

  /** @throws AppError `provider.not_found`. */
  async get(op: Operation, providerId: string): Promise<AccessDto> {
    const { providers } = this.#deps;
    const provider = await providers.find(asSystem(op), providerId);
    if (!provider) throw new AppError('provider.not_found');
    return await this.#dto(asSystem(op), providerId, provider.access);
  }

  /** @throws AppError `provider.not_found`, `organisation.not_found`. */
  async set(op: Operation, principal: SignedIn, input: SetAccessInput): Promise<AccessDto> {
    const { db, providers, access, audit, clock } = this.#deps;
    const { providerId, organisationIds } = input;
    return await db.transaction(asSystem(op), async (op) => {
      const provider = await providers.lock(op, providerId);
      if (!provider) throw new AppError('provider.not_found');
      const before = await this.#dto(op, providerId, provider.access);
      await providers.save(op, { ...provider, access: input.access, updatedAt: clock.now() });
      await access.replace(op, providerId, organisationIds).catch((error: unknown) => {
        throw isForeignKeyViolation(error) ? new AppError('organisation.not_found', { cause: error }) : error;
      });
      const after = await this.#dto(op, providerId, input.access);
      await audit.recordInstallation(op, {
        action: 'provider.access_changed',
        target: { kind: 'model_provider', id: providerId },
        actorId: principal.userId,
        credential: principal.credential,
        before: recorded(before),
        after: recorded(after),
      });
      return after;
    });
  }

  async find(op: Operation, search: string): Promise<FoundOrganisations> {
    return foundOrganisations.parse({ items: await this.#deps.access.search(asSystem(op), search, mostFound) });
  }

  async #dto(op: Operation, providerId: string, access: AccessDto['access']): Promise<AccessDto> {
    return accessDto.parse({ access, organisations: await this.#deps.access.named(op, providerId) });
  }
}

function recorded({ access, organisations }: AccessDto) {
  return { access, organisations: organisations.map(({ id }) => id) };
}
