import * as z from 'zod';

const minute = 60_000;

/** Links that work once: how long it is good for, and what it carries. What is not listed cannot be made. */
export const oneTimePurposes = {
  /** Makes the first owner. Printed at the start. */
  setup: { lifetimeMs: 60 * minute, payload: z.strictObject({}) },
  /** Proves the address of an account that is there. */
  verify_email: { lifetimeMs: 30 * minute, payload: z.strictObject({ email: z.string() }) },
  /** `isMailed`: it went by mail, so that whoever opens it has proved the address. */
  reset_password: { lifetimeMs: 30 * minute, payload: z.strictObject({ isMailed: z.boolean() }) },
  /** An account that is made once its address is proved. */
  registration: {
    lifetimeMs: 30 * minute,
    payload: z.strictObject({ email: z.string(), name: z.string(), passwordHash: z.string() }),
  },
} as const;

export type OneTimePurpose = keyof typeof oneTimePurposes;
/** Challenges that wait for this browser's answer: a second factor after the first, or what a passkey has to sign. */
export type ChallengePurpose =
  | 'second_factor'
  | 'passkey_registration'
  | 'passkey_sign_in'
  | 'passkey_factor'
  | 'passkey_confirm';

export type StoredPurpose = OneTimePurpose | ChallengePurpose;
export type OneTimePayload<P extends OneTimePurpose> = z.infer<(typeof oneTimePurposes)[P]['payload']>;
