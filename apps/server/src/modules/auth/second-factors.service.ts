import type { SecondFactorMethod } from '@atelier/contracts/auth';
import type { SecondFactorCode } from '@atelier/contracts/second-factors';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { Mailer } from '../../platform/mail/mailer.ts';
import type { KeyRing } from '../../platform/secrets/key-ring.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { FailedCodes } from './failed-codes.ts';
import { type MailText, recoveryCodeUsedMail, secondFactorChangedMail } from './mails.ts';
import type { PasskeysRepository } from './passkeys.repository.ts';
import type { RecoveryCodesRepository } from './recovery-codes.repository.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import type { SignInsService } from './sign-ins.service.ts';
import { newTotpSecret, stepOf, totpAddress } from './totp.ts';
import type { TotpSecretsRepository } from './totp-secrets.repository.ts';
import type { WaysInRepository } from './ways-in.repository.ts';

export interface SecondFactorsDeps {
  readonly db: Database;
  readonly totp: TotpSecretsRepository;
  readonly recoveryCodes: RecoveryCodesRepository;
  readonly passkeys: PasskeysRepository;
  readonly ways: WaysInRepository;
  readonly failedCodes: FailedCodes;
  readonly signIns: SignInsService;
  readonly keys: KeyRing;
  readonly audit: AuditLog;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

/** Authenticator apps and recovery codes: setting up, removing, and looking at a code. */
export class SecondFactorsService {
  readonly #deps: SecondFactorsDeps;
  constructor(deps: SecondFactorsDeps) {
    this.#deps = deps;
  }

  async status(op: Operation, { userId }: SignedIn) {
    const system = asSystem(op);
    return {
      hasTotp: await this.#hasTotp(system, userId),
      passkeys: (await this.#deps.passkeys.list(system, userId)).length,
      recoveryCodesLeft: await this.#deps.recoveryCodes.countLeft(system, userId),
    };
  }

  /** By what somebody can show the rest after a first factor. None: the first one is enough. */
  async methodsOf(op: Operation, userId: string): Promise<readonly SecondFactorMethod[]> {
    const { passkeys, recoveryCodes } = this.#deps;
    const hasTotp = await this.#hasTotp(op, userId);
    const hasPasskey = (await passkeys.list(op, userId)).length > 0;
    if (!hasTotp && !hasPasskey) return [];
    const hasCodes = (await recoveryCodes.countLeft(op, userId)) > 0;
    return [
      ...(hasTotp ? (['totp'] as const) : []),
      ...(hasPasskey ? (['passkey'] as const) : []),
      ...(hasCodes ? (['recovery_code'] as const) : []),
    ];
  }

  /**
   * Looks at a code of somebody and uses it up.
   * @throws AppError `auth.code_invalid`, `request.too_many`.
   */
  async check(op: Operation, userId: string, proof: SecondFactorCode): Promise<'totp' | 'recovery_code'> {
    const system = asSystem(op);
    const isRight = await this.#deps.failedCodes.guarded(userId, async () =>
      'code' in proof
        ? await this.#takeCode(system, userId, proof.code)
        : await this.#burn(system, userId, proof.recoveryCode),
    );
    if (!isRight) throw new AppError('auth.code_invalid');
    return 'code' in proof ? 'totp' : 'recovery_code';
  }

  /** A new secret, which is good for nothing until its first code was seen. @throws AppError `totp.active`. */
  async startTotp(op: Operation, { userId }: SignedIn): Promise<{ secret: string; address: string }> {
    const { totp, ways, keys, clock } = this.#deps;
    const system = asSystem(op);
    const person = await ways.person(system, userId);
    if (!person) throw new Error('A person who is not there.');
    const secret = newTotpSecret();
    const isBegun = await totp.begin(system, userId, keys.seal('totp', userId, secret), clock.now());
    if (!isBegun) throw new AppError('totp.active');
    return { secret, address: totpAddress(secret, person.email) };
  }

  /**
   * From now on signing in asks for a code. The answer holds the recovery codes, this once. All other sign-ins end:
   * whoever has one did not show a second factor.
   * @throws AppError `totp.not_active`, `totp.active`, `auth.code_invalid`, `request.too_many`.
   */
  async confirmTotp(op: Operation, principal: SignedIn, code: string): Promise<readonly string[]> {
    const { db, totp, audit, clock } = this.#deps;
    const { userId } = principal;
    const system = asSystem(op);
    const begun = await totp.find(system, userId);
    if (!begun) throw new AppError('totp.not_active');
    if (begun.confirmedAt) throw new AppError('totp.active');
    const isRight = await this.#deps.failedCodes.guarded(
      userId,
      async () => await this.#takeCode(system, userId, code),
    );
    if (!isRight) throw new AppError('auth.code_invalid');
    return await db.transaction(system, async (op) => {
      if (!(await totp.confirm(op, userId, clock.now()))) throw new AppError('totp.active');
      await audit.recordInstallation(op, {
        action: 'second_factor.added',
        target: { kind: 'user', id: userId },
        actorId: userId,
        after: { method: 'totp' },
      });
      await this.#changed(op, principal, secondFactorChangedMail('added', this.#deps.publicUrl()));
      return await this.#makeCodes(op, userId);
    });
  }

  /** @throws AppError `totp.not_active`, `auth.code_invalid`, `request.too_many`. */
  async removeTotp(op: Operation, principal: SignedIn, proof: SecondFactorCode): Promise<void> {
    const { db, totp, passkeys, recoveryCodes, audit } = this.#deps;
    const { userId } = principal;
    const system = asSystem(op);
    if (!(await this.#hasTotp(system, userId))) throw new AppError('totp.not_active');
    await this.check(op, userId, proof);
    await db.transaction(system, async (op) => {
      await totp.remove(op, userId);
      if ((await passkeys.list(op, userId)).length === 0) await recoveryCodes.removeAll(op, userId);
      await audit.recordInstallation(op, {
        action: 'second_factor.removed',
        target: { kind: 'user', id: userId },
        actorId: userId,
        before: { method: 'totp' },
      });
      await this.#changed(op, principal, secondFactorChangedMail('removed', this.#deps.publicUrl()));
    });
  }

  /**
   * New recovery codes; those of before are worth nothing any more. With an authenticator app its code is asked for.
   * @throws AppError `auth.no_second_factor`, `auth.code_invalid`, `request.too_many`.
   */
  async newRecoveryCodes(op: Operation, { userId }: SignedIn, code: string | undefined): Promise<readonly string[]> {
    const { db, passkeys } = this.#deps;
    const system = asSystem(op);
    if (await this.#hasTotp(system, userId)) {
      if (code === undefined) throw new AppError('auth.code_invalid');
      await this.check(op, userId, { code });
    } else if ((await passkeys.list(system, userId)).length === 0) {
      throw new AppError('auth.no_second_factor');
    }
    return await db.transaction(system, async (op) => await this.#makeCodes(op, userId));
  }

  async #hasTotp(op: Operation, userId: string): Promise<boolean> {
    return ((await this.#deps.totp.find(op, userId))?.confirmedAt ?? null) !== null;
  }

  async #takeCode(op: Operation, userId: string, code: string): Promise<boolean> {
    const { totp, keys, clock } = this.#deps;
    const row = await totp.find(op, userId);
    if (!row) return false;
    const step = stepOf(keys.open('totp', userId, row.secretSealed).toString('utf8'), code, clock.now());
    return step !== null && (await totp.takeStep(op, userId, row.secretSealed, step));
  }

  /** Tells the person: it was them, or somebody has their codes. */
  async #burn(op: Operation, userId: string, code: string): Promise<boolean> {
    const { db, recoveryCodes, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      if (!(await recoveryCodes.burn(op, userId, hashRecoveryCode(code), clock.now()))) return false;
      const left = await recoveryCodes.countLeft(op, userId);
      await this.#mail(op, userId, recoveryCodeUsedMail(left, this.#deps.publicUrl()));
      return true;
    });
  }

  async #makeCodes(op: Operation, userId: string): Promise<readonly string[]> {
    const { recoveryCodes, audit, clock } = this.#deps;
    const codes = newRecoveryCodes();
    await recoveryCodes.replace(op, userId, codes.map(hashRecoveryCode), clock.now());
    await audit.recordInstallation(op, {
      action: 'recovery_codes.made',
      target: { kind: 'user', id: userId },
      actorId: userId,
    });
    return codes;
  }

  async #changed(op: Operation, { userId, credential }: SignedIn, mail: MailText): Promise<void> {
    const but = credential.kind === 'sign_in' ? credential.id : null;
    await this.#deps.signIns.endAll(op, userId, { reason: 'second_factor_changed', but });
    await this.#mail(op, userId, mail);
  }

  async #mail(op: Operation, userId: string, mail: MailText): Promise<void> {
    const person = await this.#deps.ways.person(op, userId);
    if (person) await this.#deps.mailer.send(op, { to: person.email, ...mail });
  }
}
