import { recoveryCodesMade, totpStart } from '@atelier/contracts/second-factors';
import { generateSync } from 'otplib';
import { ask } from './calls.ts';
import type { Person } from './people.ts';
import type { RunningProgram } from './running-program.ts';

const stepMs = 30_000;

/** Somebody's authenticator app, and the codes for the day it is lost. */
export interface AuthenticatorApp {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** What it shows now, or so many steps from now. */
  code(steps?: number): string;
}

export function codeOf(running: RunningProgram, secret: string, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor((running.clock.now().getTime() + steps * stepMs) / 1000) });
}

/** A code that no step near now has. */
export function wrongCode(running: RunningProgram, secret: string): string {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(running, secret, steps));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !right.includes(code)) ?? '';
}

/** Sets one up. Its current code works again afterwards. */
export async function setUpApp(running: RunningProgram, person: Person): Promise<AuthenticatorApp> {
  const { secret } = await ask(running, person, 'secondFactor.startTotp', undefined, totpStart);
  const code = codeOf(running, secret);
  const { recoveryCodes } = await ask(running, person, 'secondFactor.confirmTotp', { code }, recoveryCodesMade);
  await letCodesPass(running, person);
  return { secret, recoveryCodes, code: (steps = 0) => codeOf(running, secret, steps) };
}

/** As if the last code had been used long ago. */
export async function letCodesPass(running: RunningProgram, person: Person): Promise<void> {
  await running.database.pool.query(`UPDATE totp_secrets SET last_step = last_step - 10 WHERE user_id = $1`, [
    person.userId,
  ]);
}
