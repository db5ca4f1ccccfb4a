import * as z from 'zod';
import { secondFactorMethod } from './auth.ts';
import { instant } from './ids.ts';
import { assertionResponse } from './passkeys.ts';

const blanks = /\s+/g;

/** Six digits of an authenticator app; blanks are nothing. */
export const totpCode = z
  .string()
  .max(20)
  .transform((text) => text.replace(blanks, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'Six digits.'));

/** One of the codes kept for the day the app is lost; blanks, dashes and capitals are nothing. */
export const recoveryCode = z
  .string()
  .max(100)
  .transform((text) => text.replace(/[\s-]+/g, '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{32}$/, 'Eight groups of four.'));

/** A code of the app, or one kept for the day it is lost. */
export const secondFactorCode = z.union([z.strictObject({ code: totpCode }), z.strictObject({ recoveryCode })]);
export type SecondFactorCode = z.infer<typeof secondFactorCode>;

/** From the answer to the first factor; without one: what the browser's cookie holds. */
const challenge = z
  .string()
  .regex(/^[\w-]{43}$/)
  .optional();

/** What somebody shows to be let in after the first factor. */
export const secondFactorInput = z.union([
  z.strictObject({ challenge, code: totpCode }),
  z.strictObject({ challenge, recoveryCode }),
  z.strictObject({ challenge, passkey: assertionResponse }),
]);
export type SecondFactorInput = z.infer<typeof secondFactorInput>;

export const challengeRef = z.strictObject({ challenge });

/** What this browser still has to show; null: nothing. */
export const pendingSecondFactor = z
  .strictObject({ methods: z.array(secondFactorMethod), expiresAt: instant })
  .nullable();

export const secondFactorStatus = z.strictObject({
  hasTotp: z.boolean(),
  passkeys: z.number().int().nonnegative(),
  recoveryCodesLeft: z.number().int().nonnegative(),
});

/** For an authenticator app, shown once: as text, and as the address of a picture that it reads. */
export const totpStart = z.strictObject({ secret: z.string(), address: z.string() });
export const confirmTotpInput = z.strictObject({ code: totpCode });
/** Without an authenticator app, but with a passkey, no code is asked for. */
export const newRecoveryCodesInput = z.strictObject({ code: totpCode.optional() });
/** Shown once. */
export const recoveryCodesMade = z.strictObject({ recoveryCodes: z.array(z.string()) });
