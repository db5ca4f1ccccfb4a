import * as z from 'zod';

/** Where people can sign in besides with a password. `oidc`: the one OpenID Connect issuer that is configured. */
export const providerId = z.enum(['google', 'github', 'oidc']);
export type ProviderId = z.infer<typeof providerId>;

/** A provider that is configured, with the name for its button. */
export const signInProvider = z.strictObject({ id: providerId, name: z.string() });
export type SignInProvider = z.infer<typeof signInProvider>;

/** Why signing in or linking at a provider came to nothing. Stands in the query of our own pages: `?problem=denied`. */
export const oauthProblem = z.enum([
  /** The address has an account already: sign in to it, then link. Never linked by address. */
  'link_first',
  'registration_closed',
  /** The provider names no address, or does not say that it is the person's. */
  'email_unverified',
  'denied',
  'account_suspended',
  /** Unknown, used, too old, or begun in another browser. The code was not exchanged. */
  'not_started_here',
  /** Begun too often from the caller's address. */
  'too_many',
  /** The provider cannot be reached, is too slow, or answers what cannot be read. */
  'provider_down',
  /** The provider refused, or what it said did not pass our checks. */
  'answer_refused',
  /** Somebody else has linked this identity. */
  'identity_taken',
]);
export type OauthProblem = z.infer<typeof oauthProblem>;

export const startLinkInput = z.strictObject({ provider: providerId });
/** Where to send the browser. */
export const startLinkOutput = z.strictObject({ address: z.string() });
