import { denialOf, type Permission } from '@atelier/contracts/permissions';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import type { SignedIn } from '../../platform/trpc/context.ts';

/** Asks the one policy, with what the installation is set to, and says what is missing. */
export class Policy {
  readonly #clock: Clock;
  readonly #adminsNeedSecondFactor: () => Promise<boolean>;

  constructor(clock: Clock, adminsNeedSecondFactor: () => Promise<boolean>) {
    this.#clock = clock;
    this.#adminsNeedSecondFactor = adminsNeedSecondFactor;
  }

  /** @throws AppError `permission.denied`, `auth.confirmation_required` or `auth.second_factor_required`. */
  async check(principal: SignedIn, permission: Permission): Promise<void> {
    const conditions = { now: this.#clock.now(), adminsNeedSecondFactor: await this.#adminsNeedSecondFactor() };
    const denial = denialOf(principal, permission, conditions);
    if (!denial) return;
    const details = { permission, reason: denial };
    if (denial === 'fresh') throw new AppError('auth.confirmation_required', { details });
    if (denial === 'second_factor') throw new AppError('auth.second_factor_required', { details });
    throw new AppError('permission.denied', { details });
  }
}
