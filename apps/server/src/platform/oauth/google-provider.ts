import {
  type GoogleCallbackParameters,
  Strategy as GoogleStrategy,
  type Profile,
  type VerifyCallback,
} from 'passport-google-oauth20';
import * as z from 'zod';
import { boundTransport } from './bounded-transport.ts';
import { emailOf, type IdentityProvider, type ProviderIdentity } from './identity-provider.ts';
import { attemptStore, PassportProvider } from './passport-provider.ts';

/** Google's own, by its discovery document. It stays the same when `url` leads elsewhere. */
const issuer = 'https://accounts.google.com';

export interface GoogleOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** One server in the place of Google's, for tests; null: Google. */
  readonly url: string | null;
}

class GoogleSignIn extends GoogleStrategy {
  constructor({ clientId, clientSecret, url }: GoogleOptions) {
    super(
      {
        clientID: clientId,
        clientSecret,
        scope: ['openid', 'email', 'profile'],
        // True is S256.
        pkce: true,
        store: attemptStore,
        ...(url === null
          ? {}
          : {
              authorizationURL: `${url}/o/oauth2/v2/auth`,
              tokenURL: `${url}/oauth2/v4/token`,
              userProfileURL: `${url}/oauth2/v3/userinfo`,
            }),
      },
      verify,
    );
    boundTransport(this._oauth2);
    // In the header: what stands in an address ends in logs.
    // biome-ignore lint/correctness/useHookAtTopLevel: its name begins with use, but it is no hook of React
    this._oauth2.useAuthorizationHeaderforGET(true);
  }
}

export function googleProvider(options: GoogleOptions): IdentityProvider {
  return new PassportProvider('google', 'Google', new GoogleSignIn(options));
}

/** https://developers.google.com/identity/openid-connect/openid-connect#obtainuserinfo */
const userInfo = z.object({
  sub: z.string().min(1).max(255),
  email: z.unknown().optional(),
  email_verified: z.unknown().optional(),
  name: z.string().nullish().catch(null),
});
const tokenAnswer = z.object({ expires_in: z.number().positive().optional(), scope: z.string().optional() });

function verify(
  accessToken: string,
  refreshToken: string | undefined,
  params: GoogleCallbackParameters,
  profile: Profile,
  done: VerifyCallback,
): void {
  const person = userInfo.safeParse(profile._json);
  const granted = tokenAnswer.safeParse(params);
  if (!person.success || !granted.success) {
    done(person.error ?? granted.error);
    return;
  }
  const { sub, email, email_verified, name } = person.data;
  const { expires_in: seconds, scope } = granted.data;
  const identity: ProviderIdentity = {
    provider: 'google',
    issuer,
    subject: sub,
    email: emailOf(email),
    isEmailVerified: email_verified === true,
    name: name ?? null,
    tokens: {
      accessToken,
      refreshToken: refreshToken ?? null,
      expiresAt: seconds === undefined ? null : new Date(Date.now() + seconds * 1000),
      scopes: scope?.split(' ') ?? [],
    },
  };
  done(null, identity);
}
