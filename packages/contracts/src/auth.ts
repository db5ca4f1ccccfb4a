import * as z from 'zod';
import { instant, organisationId, signInId, userId } from './ids.ts';
import { installationRole, organisationRole } from './permissions.ts';
import { plainText } from './plain-text.ts';

export const passwordMinLength = 8;
export const passwordMaxLength = 256;

const email = z.string().trim().toLowerCase().max(254).pipe(z.email());
const password = z
  .string()
  .min(passwordMinLength)
  .max(passwordMaxLength)
  .refine((value) => !value.includes('\u0000'), 'A password cannot hold a NUL character.');

export const registerInput = z.strictObject({
  email,
  password,
  name: plainText({ max: 80 }),
});

export const signInInput = z.strictObject({ email, password: z.string().min(1).max(passwordMaxLength) });

/** Which organisation the tab shows; none: the last one. */
export const renewInput = z.strictObject({ organisationId: organisationId.optional() });

export const userDto = z.strictObject({
  id: userId,
  email: z.string(),
  name: z.string(),
  isEmailVerified: z.boolean(),
  installationRole,
});
export type UserDto = z.infer<typeof userDto>;

export const organisationDto = z.strictObject({
  id: organisationId,
  name: z.string(),
  kind: z.enum(['personal', 'shared']),
  /** What the person may do there. */
  role: organisationRole,
});
export type OrganisationDto = z.infer<typeof organisationDto>;

/** Who is signed in, without any token. `signInId` is null for keys and tokens of other issuers. */
export const identityDto = z.strictObject({
  user: userDto,
  organisation: organisationDto,
  signInId: signInId.nullable(),
});
export type IdentityDto = z.infer<typeof identityDto>;

/** The answer to register, sign in and renew. The refresh token travels beside it, in an HttpOnly cookie only. */
export const grantDto = z.strictObject({
  accessToken: z.string(),
  /** When the access token ends, by the server's clock. */
  expiresAt: instant,
  /** The server's clock when it answered, so that a client with a wrong clock can still count down. */
  serverTime: instant,
  identity: identityDto,
});
export type GrantDto = z.infer<typeof grantDto>;
