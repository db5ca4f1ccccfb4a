import {
  type ApiKeyDto,
  type ApiKeyMade,
  apiKeyDto,
  type CreateApiKeyInput,
  type OrganisationApiKeyDto,
  organisationApiKeyDto,
} from '@atelier/contracts/api-keys';
import { apiKeyId, organisationId, userId } from '@atelier/contracts/ids';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import { hashLinkSecret, newLinkSecret } from '../../platform/secrets/link-secrets.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { refused } from './access-tokens.ts';
import type { ApiKeyRow, ApiKeysRepository } from './api-keys.repository.ts';
import type { Authenticated } from './authenticated.ts';

const prefix = 'atl_';
const form = /^atl_[A-Za-z0-9_-]{43}$/;
const most = 50;
const minuteMs = 60_000;

export interface ApiKeysDeps {
  readonly db: Database;
  readonly keys: ApiKeysRepository;
  readonly audit: AuditLog;
  readonly hints: HintBus;
  readonly clock: Clock;
}

/** Keys for programs: one person's rights in one organisation, narrowed by scopes. */
export class ApiKeysService {
  readonly #deps: ApiKeysDeps;
  constructor(deps: ApiKeysDeps) {
    this.#deps = deps;
  }

  /** Whether this is a key at all, by its looks. */
  static looksLikeOne(token: string): boolean {
    return token.startsWith(prefix);
  }

  /** Mine in the current organisation. */
  async list(op: Operation, principal: SignedIn): Promise<readonly ApiKeyDto[]> {
    return (await this.#deps.keys.list(op, principal.organisationId, principal.userId)).map(toDto);
  }

  /** Everybody's in the current organisation. */
  async listAll(op: Operation, principal: SignedIn): Promise<readonly OrganisationApiKeyDto[]> {
    return (await this.#deps.keys.listAll(op, principal.organisationId)).map((row) =>
      organisationApiKeyDto.parse({ ...toDto(row), owner: { id: row.userId, name: row.owner } }),
    );
  }

  /** The answer holds the key, this once. @throws AppError `key.too_many`. */
  async create(op: Operation, principal: SignedIn, input: CreateApiKeyInput): Promise<ApiKeyMade> {
    const { db, keys, audit, clock } = this.#deps;
    const { userId, organisationId, credential } = principal;
    const { isStrong } = credential;
    const key = `${prefix}${newLinkSecret()}`;
    const createdAt = clock.now();
    const row = {
      id: newId(),
      name: input.name,
      hint: key.slice(-4),
      scopes: [...new Set(input.scopes)],
      createdAt,
      expiresAt: input.expiresAt === null ? null : new Date(input.expiresAt),
    };
    return await db.transaction(op, async (op) => {
      if ((await keys.countOpen(op, organisationId, userId, createdAt)) >= most) throw new AppError('key.too_many');
      await keys.insert(op, { ...row, userId, organisationId, keyHash: hashLinkSecret(key), isStrong });
      await audit.record(op, organisationId, {
        action: 'api_key.created',
        target: { kind: 'api_key', id: row.id },
        after: { name: row.name, scopes: row.scopes, expiresAt: input.expiresAt },
      });
      return { apiKey: toDto({ ...row, lastUsedAt: null, revokedAt: null }), key };
    });
  }

  /** Ends one of mine; with `anybodys` one of anybody's in the organisation. @throws AppError `key.not_found`. */
  async revoke(op: Operation, principal: SignedIn, id: string, opts: { readonly anybodys: boolean }): Promise<void> {
    const { db, keys, audit, hints, clock } = this.#deps;
    const { organisationId } = principal;
    const owner = opts.anybodys ? null : principal.userId;
    await db.transaction(op, async (op) => {
      const revoked = await keys.revoke(op, organisationId, id, { userId: owner, at: clock.now() });
      if (!revoked) throw new AppError('key.not_found');
      await audit.record(op, organisationId, {
        action: 'api_key.revoked',
        target: { kind: 'api_key', id },
        before: { name: revoked.name, owner: revoked.userId },
      });
      db.afterCommit(op, () => hints.send('access', revoked.userId, ''));
    });
  }

  /** Who is behind a key, from fresh data. @throws AppError `auth.required`. */
  async authenticate(op: Operation, key: string): Promise<Authenticated> {
    const { keys, clock } = this.#deps;
    if (!form.test(key)) throw refused('invalid');
    const system = asSystem(op);
    const standing = await keys.standing(system, hashLinkSecret(key));
    if (!standing) throw refused('revoked');
    const now = clock.now();
    const isNoted = standing.lastUsedAt !== null && now.getTime() - standing.lastUsedAt.getTime() < minuteMs;
    if (!isNoted) await keys.noteUse(system, standing.id, now);
    const { role, installationRole, scopes, expiresAt, isStrong } = standing;
    return {
      principal: {
        kind: 'user',
        userId: userId.parse(standing.userId),
        organisationId: organisationId.parse(standing.organisationId),
        role,
        installationRole,
        credential: { kind: 'api_key', id: apiKeyId.parse(standing.id), scopes, isStrong },
      },
      endsAt: expiresAt,
    };
  }
}

function toDto(row: ApiKeyRow): ApiKeyDto {
  const { id, name, hint, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = row;
  return apiKeyDto.parse({
    id,
    name,
    hint,
    scopes,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  });
}
