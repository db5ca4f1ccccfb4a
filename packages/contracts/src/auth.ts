import * as z from 'zod';
import { instant, organisationId, signInId, userId } from './ids.ts';
import { linkToken } from './link-token.ts';
import { installationRole, organisationRole } from './permissions.ts';
import { plainText } from './plain-text.ts';

export const passwordMinLength = 8;
export const passwordMaxLength = 256;

export const emailAddress = z.string().trim().toLowerCase().max(254).pipe(z.email());
/** One that is chosen. The server refuses more of them: `auth.password_weak`. */
export const newPassword = z
  .string()
  .min(passwordMinLength)
  .max(passwordMaxLength)
  .refine((value) => !value.includes('\u0000'), 'A password cannot hold a NUL character.');

/** One that should be right already. */
const knownPassword = z.string().min(1).max(passwordMaxLength);
export const personName = plainText({ max: 80 });

export const registerInput = z.strictObject({
  email: emailAddress,
  password: newPassword,
  name: personName,
  /** The secret of an invitation's link. Whoever was invited may register, whatever the rule is. */
  invitation: linkToken.optional(),
});

/** `password`: for a browser that is not the one that registered. */
export const completeRegistrationInput = z.strictObject({ token: linkToken, password: newPassword.optional() });

export const signInInput = z.strictObject({ email: emailAddress, password: knownPassword });

export const verifyEmailInput = z.strictObject({ token: linkToken });
export const requestResetInput = z.strictObject({ email: emailAddress });
export const resetPasswordInput = z.strictObject({ token: linkToken, password: newPassword });
export const changePasswordInput = z.strictObject({ current: knownPassword, password: newPassword });
export const updateProfileInput = z.strictObject({ name: personName });

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
  /** A person who does nothing for so long is to be signed out; null: not by that. */
  idleMinutes: z.number().int().positive().nullable(),
});
export type IdentityDto = z.infer<typeof identityDto>;

/** What a sign-in gives, and each renewal of it. The refresh token travels beside it, in an HttpOnly cookie only. */
export const grantDto = z.strictObject({
  accessToken: z.string(),
  /** When the access token ends, by the server's clock. */
  expiresAt: instant,
  /** The server's clock when it answered, so that a client with a wrong clock can still count down. */
  serverTime: instant,
  identity: identityDto,
});
export type GrantDto = z.infer<typeof grantDto>;

const signedIn = grantDto.extend({ status: z.literal('signed_in') });

/** How somebody who gave a right password, or came back from a provider, may show the rest. */
export const secondFactorMethod = z.enum(['totp', 'recovery_code', 'passkey']);
export type SecondFactorMethod = z.infer<typeof secondFactorMethod>;

/** The answer to a first factor: signed in, or one more thing to show. */
export const signInAnswer = z.discriminatedUnion('status', [
  signedIn,
  z.strictObject({
    status: z.literal('second_factor'),
    /** Names this sign-in. Worth nothing without the cookie that came with it. */
    challenge: z.string(),
    methods: z.array(secondFactorMethod),
    expiresAt: instant,
  }),
]);
export type SignInAnswer = z.infer<typeof signInAnswer>;

/** The answer to registering. With mail it is always `mail_sent`: it does not tell whether there is an account. */
export const registerAnswer = z.discriminatedUnion('status', [
  signedIn,
  z.strictObject({ status: z.literal('mail_sent') }),
]);
export type RegisterAnswer = z.infer<typeof registerAnswer>;
