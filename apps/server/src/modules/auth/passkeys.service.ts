import type { AttestationResponse, PasskeyDto, RegistrationOptions } from '@atelier/contracts/passkeys';
import { passkeyDto } from '@atelier/contracts/passkeys';
import type { Database } from '@atelier/entities/database';
import { isUniqueViolation } from '@atelier/entities/database-errors';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { HeldChallenge } from './challenge-cookie.ts';
import { type MailText, secondFactorChangedMail } from './mails.ts';
import type { GivenChallenge, PasskeyCeremonies } from './passkey-ceremonies.ts';
import type { PasskeyRow, PasskeysRepository } from './passkeys.repository.ts';
import type { RecoveryCodesRepository } from './recovery-codes.repository.ts';
import type { TotpSecretsRepository } from './totp-secrets.repository.ts';
import type { WaysInRepository } from './ways-in.repository.ts';

const most = 20;

export interface PasskeysDeps {
  readonly db: Database;
  readonly passkeys: PasskeysRepository;
  readonly ceremonies: PasskeyCeremonies;
  readonly ways: WaysInRepository;
  readonly totp: TotpSecretsRepository;
  readonly recoveryCodes: RecoveryCodesRepository;
  readonly audit: AuditLog;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

/** A person's passkeys: adding, naming, removing. */
export class PasskeysService {
  readonly #deps: PasskeysDeps;
  constructor(deps: PasskeysDeps) {
    this.#deps = deps;
  }

  async list(op: Operation, { userId }: SignedIn): Promise<readonly PasskeyDto[]> {
    return (await this.#deps.passkeys.list(asSystem(op), userId)).map(toDto);
  }

  /** @throws AppError `passkey.too_many`. */
  async startRegistration(
    op: Operation,
    { userId }: SignedIn,
  ): Promise<{ readonly options: RegistrationOptions; readonly given: GivenChallenge }> {
    const { passkeys, ways, ceremonies } = this.#deps;
    const system = asSystem(op);
    if ((await passkeys.list(system, userId)).length >= most) throw new AppError('passkey.too_many');
    const person = await ways.person(system, userId);
    if (!person) throw new Error('A person who is not there.');
    return await ceremonies.startMaking(system, { userId, ...person });
  }

  /** @throws AppError `auth.passkey_refused`, `passkey.exists`, `passkey.too_many`. */
  async finishRegistration(
    op: Operation,
    { userId }: SignedIn,
    made: { readonly name: string; readonly response: AttestationResponse; readonly held: HeldChallenge | null },
  ): Promise<PasskeyDto> {
    const { db, passkeys, ways, ceremonies, audit, clock } = this.#deps;
    const { name } = made;
    const system = asSystem(op);
    const credential = await ceremonies.finishMaking(system, userId, made.held, made.response);
    const row = { id: newId(), userId, name, ...credential, createdAt: clock.now(), lastUsedAt: null };
    try {
      await db.transaction(system, async (op) => {
        await ways.lockAndCount(op, userId);
        if ((await passkeys.list(op, userId)).length >= most) throw new AppError('passkey.too_many');
        await passkeys.insert(op, row);
        await audit.recordInstallation(op, {
          action: 'passkey.added',
          target: { kind: 'passkey', id: row.id },
          actorId: userId,
          after: { name },
        });
        await this.#mail(op, userId, secondFactorChangedMail('added', this.#deps.publicUrl()));
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new AppError('passkey.exists', { cause: error });
      throw error;
    }
    return toDto(row);
  }

  /** @throws AppError `passkey.not_found`. */
  async rename(op: Operation, { userId }: SignedIn, id: string, name: string): Promise<void> {
    const isThere = await this.#deps.passkeys.rename(asSystem(op), userId, id, name);
    if (!isThere) throw new AppError('passkey.not_found');
  }

  /** @throws AppError `passkey.not_found`, `auth.last_way`. */
  async remove(op: Operation, { userId }: SignedIn, id: string): Promise<void> {
    const { db, passkeys, ways, totp, recoveryCodes, audit } = this.#deps;
    await db.transaction(asSystem(op), async (op) => {
      const count = await ways.lockAndCount(op, userId);
      const name = await passkeys.remove(op, userId, id);
      if (name === null) throw new AppError('passkey.not_found');
      if (count === 1) throw new AppError('auth.last_way');
      const isLastFactor =
        (await passkeys.list(op, userId)).length === 0 && !(await totp.find(op, userId))?.confirmedAt;
      if (isLastFactor) await recoveryCodes.removeAll(op, userId);
      await audit.recordInstallation(op, {
        action: 'passkey.removed',
        target: { kind: 'passkey', id },
        actorId: userId,
        before: { name },
      });
      await this.#mail(op, userId, secondFactorChangedMail('removed', this.#deps.publicUrl()));
    });
  }

  async #mail(op: Operation, userId: string, mail: MailText): Promise<void> {
    const person = await this.#deps.ways.person(op, userId);
    if (person) await this.#deps.mailer.send(op, { to: person.email, ...mail });
  }
}

function toDto(row: Pick<PasskeyRow, 'id' | 'name' | 'isBackedUp' | 'createdAt' | 'lastUsedAt'>): PasskeyDto {
  return passkeyDto.parse({
    id: row.id,
    name: row.name,
    isBackedUp: row.isBackedUp,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  });
}
