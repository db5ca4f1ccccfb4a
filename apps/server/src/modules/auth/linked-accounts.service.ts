import { type AccountDto, accountDto } from '@atelier/contracts/devices';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { WaysInRepository } from './ways-in.repository.ts';

export interface LinkedAccountsDeps {
  readonly db: Database;
  readonly ways: WaysInRepository;
  readonly audit: AuditLog;
}

/** The accounts by which a person signs in. Linking begins in `OauthFlow`. */
export class LinkedAccountsService {
  readonly #deps: LinkedAccountsDeps;
  constructor(deps: LinkedAccountsDeps) {
    this.#deps = deps;
  }

  async list(op: Operation, { userId }: SignedIn): Promise<readonly AccountDto[]> {
    return (await this.#deps.ways.accounts(asSystem(op), userId)).map((row) =>
      accountDto.parse({
        ...row,
        createdAt: row.createdAt.toISOString(),
        lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      }),
    );
  }

  /** @throws AppError `account.not_found`, `auth.last_way`. */
  async unlink(op: Operation, { userId }: SignedIn, id: string): Promise<void> {
    const { db, ways, audit } = this.#deps;
    await db.transaction(asSystem(op), async (op) => {
      const count = await ways.lockAndCount(op, userId);
      const account = await ways.unlink(op, userId, id);
      if (!account) throw new AppError('account.not_found');
      if (count === 1) throw new AppError('auth.last_way');
      await audit.recordInstallation(op, {
        action: 'account.unlinked',
        target: { kind: 'account', id },
        actorId: userId,
        before: account,
      });
    });
  }
}
