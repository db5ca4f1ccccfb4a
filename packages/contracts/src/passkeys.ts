import * as z from 'zod';
import { instant, passkeyId } from './ids.ts';
import { plainText } from './plain-text.ts';

/** What browsers and servers send each other about passkeys, by https://www.w3.org/TR/webauthn-3/ (5.1 and 5.4). */

const bytes = z
  .string()
  .max(16_384)
  .regex(/^[\w-]*$/);
const credentialId = z
  .string()
  .min(1)
  .max(1400)
  .regex(/^[\w-]+$/);
const transports = z.array(z.string().max(20)).max(10);
const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  /** We ask for no extension, so what one says is not looked at. */
  clientExtensionResults: z.record(z.string().max(50), z.unknown()).transform(() => ({})),
};

/** A new passkey, as `navigator.credentials.create` gives it. */
export const attestationResponse = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: bytes,
    attestationObject: bytes,
    authenticatorData: bytes.optional(),
    transports: transports.optional(),
    publicKeyAlgorithm: z.number().int().optional(),
    publicKey: bytes.optional(),
  }),
});
export type AttestationResponse = z.infer<typeof attestationResponse>;

/** A passkey that was used, as `navigator.credentials.get` gives it. */
export const assertionResponse = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});
export type AssertionResponse = z.infer<typeof assertionResponse>;

const descriptor = z.strictObject({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
});
const userVerification = z.literal('required');

/** What `navigator.credentials.create` is to be asked. */
export const registrationOptions = z.strictObject({
  rp: z.strictObject({ name: z.string(), id: z.string() }),
  user: z.strictObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.strictObject({ alg: z.number(), type: z.literal('public-key') })),
  timeout: z.number(),
  attestation: z.literal('none'),
  excludeCredentials: z.array(descriptor),
  authenticatorSelection: z.strictObject({ residentKey: z.literal('required'), userVerification }),
});
export type RegistrationOptions = z.infer<typeof registrationOptions>;

/** What `navigator.credentials.get` is to be asked. Without `allowCredentials`: whichever passkey of ours there is. */
export const assertionOptions = z.strictObject({
  challenge: z.string(),
  timeout: z.number(),
  rpId: z.string(),
  userVerification,
  allowCredentials: z.array(descriptor),
});
export type AssertionOptions = z.infer<typeof assertionOptions>;

const name = plainText({ max: 80 });

export const passkeyDto = z.strictObject({
  id: passkeyId,
  name: z.string(),
  /** Whether it is kept in more places than one device. */
  isBackedUp: z.boolean(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export type PasskeyDto = z.infer<typeof passkeyDto>;
export const passkeyList = z.strictObject({ items: z.array(passkeyDto) });

export const finishRegistrationInput = z.strictObject({ name, response: attestationResponse });
export const passkeyRef = z.strictObject({ passkeyId });
export const renamePasskeyInput = z.strictObject({ passkeyId, name });
export const passkeySignInInput = z.strictObject({ response: assertionResponse });
