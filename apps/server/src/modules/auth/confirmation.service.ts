import type { ConfirmInput } from '@atelier/contracts/devices';
import type { Database } from '@atelier/entities/database';
import { asSystem, type Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Caller, SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { HeldChallenge } from './challenge-cookie.ts';
import type { FailedCodes } from './failed-codes.ts';
import type { PasskeyCeremonies } from './passkey-ceremonies.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { SecondFactorsService } from './second-factors.service.ts';
import type { SignInMethod } from './sign-ins.repository.ts';
import type { SignInResult, SignInsService } from './sign-ins.service.ts';
import type { WaysInRepository } from './ways-in.repository.ts';

export interface ConfirmationDeps {
  readonly db: Database;
  readonly signIns: SignInsService;
  readonly ways: WaysInRepository;
  readonly factors: SecondFactorsService;
  readonly ceremonies: PasskeyCeremonies;
  readonly failedCodes: FailedCodes;
  readonly hasher: PasswordHasher;
  readonly audit: AuditLog;
}

/** Proving again who is there, before what is dangerous. */
export class ConfirmationService {
  readonly #deps: ConfirmationDeps;
  constructor(deps: ConfirmationDeps) {
    this.#deps = deps;
  }

  /**
   * Proves again who is there: for some minutes this sign-in may do what is dangerous. It goes on under a new id.
   * @throws AppError `auth.invalid_credentials`, `auth.code_invalid`, `auth.passkey_refused`, `request.too_many`,
   *   `permission.denied` for keys.
   */
  async confirm(
    op: Operation,
    principal: SignedIn,
    shown: { readonly input: ConfirmInput; readonly held: HeldChallenge | null },
    caller: Caller,
  ): Promise<SignInResult> {
    const { db, signIns, audit } = this.#deps;
    const { userId, organisationId, credential } = principal;
    if (credential.kind !== 'sign_in') throw new AppError('permission.denied');
    const system = asSystem(op);
    const fact = { action: 'sign_in.confirmed', target: { kind: 'user', id: userId }, actorId: userId } as const;
    try {
      const method = await this.#shown(system, userId, shown);
      return await db.transaction(system, async (op) => {
        await audit.recordInstallation(op, { ...fact, after: { method } });
        return await signIns.succeed(op, { id: credential.id, userId, organisationId }, [method], caller);
      });
    } catch (error) {
      if (error instanceof AppError) {
        await audit.recordInstallation(system, { ...fact, outcome: 'failed', reason: error.code });
      }
      throw error;
    }
  }

  async startPasskeyConfirm(op: Operation, { userId }: SignedIn) {
    return await this.#deps.ceremonies.startUsing(asSystem(op), { purpose: 'passkey_confirm', userId });
  }

  async #shown(
    op: Operation,
    userId: string,
    { input, held }: { readonly input: ConfirmInput; readonly held: HeldChallenge | null },
  ): Promise<SignInMethod> {
    const { factors, ceremonies, failedCodes, ways, hasher } = this.#deps;
    if ('code' in input) return await factors.check(op, userId, input);
    if ('passkey' in input) {
      await ceremonies.use(op, { purpose: 'passkey_confirm', userId }, held, input.passkey);
      return 'passkey';
    }
    const hash = await ways.passwordHash(op, userId);
    const isRight = await failedCodes.guarded(userId, async () => await hasher.matches(input.password, hash));
    if (!isRight) throw new AppError('auth.invalid_credentials');
    return 'password';
  }
}
