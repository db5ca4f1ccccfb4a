import * as z from 'zod';
import { passwordMaxLength } from './auth.ts';
import { accountId, instant, signInId } from './ids.ts';
import { assertionResponse } from './passkeys.ts';
import { totpCode } from './second-factors.ts';

/** One of my sign-ins. */
export const deviceDto = z.strictObject({
  id: signInId,
  /** The browser and the system, as far as it says: "Firefox on Linux". */
  name: z.string(),
  ip: z.string().nullable(),
  createdAt: instant,
  lastUsedAt: instant,
  /** Whether it is the one that asks. */
  isCurrent: z.boolean(),
});
export type DeviceDto = z.infer<typeof deviceDto>;
export const deviceList = z.strictObject({ items: z.array(deviceDto) });
export const deviceRef = z.strictObject({ signInId });

/** `others`: all but the one that asks. */
export const signOutEverywhereInput = z.strictObject({ which: z.enum(['others', 'all']).default('others') });
export const signedOut = z.strictObject({ ended: z.number().int().nonnegative() });
/** `forget`: the browser is told to drop what it keeps of this site. */
export const signOutInput = z.strictObject({ forget: z.boolean().default(false) });

/** Something that proves again who is there. */
export const confirmInput = z.union([
  z.strictObject({ password: z.string().min(1).max(passwordMaxLength) }),
  z.strictObject({ code: totpCode }),
  z.strictObject({ passkey: assertionResponse }),
]);
export type ConfirmInput = z.infer<typeof confirmInput>;

/** A way I sign in. */
export const accountDto = z.strictObject({
  id: accountId,
  provider: z.enum(['password', 'google', 'github', 'oidc']),
  /** The address there, to show; it decides nothing. */
  email: z.string().nullable(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export type AccountDto = z.infer<typeof accountDto>;
export const accountList = z.strictObject({ items: z.array(accountDto) });
export const accountRef = z.strictObject({ accountId });
