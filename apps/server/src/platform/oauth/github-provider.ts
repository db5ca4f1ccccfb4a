import { Strategy as GitHubStrategy } from 'passport-github2';
import * as z from 'zod';
import { boundTransport } from './bounded-transport.ts';
import { emailOf, type IdentityProvider, type ProviderIdentity } from './identity-provider.ts';
import { attemptStore, PassportProvider } from './passport-provider.ts';

export interface GithubOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `https://github.com`, or a GitHub Enterprise Server. It is the issuer of the identities. */
  readonly url: string;
  readonly apiUrl: string;
}

class GithubSignIn extends GitHubStrategy {
  constructor({ clientId, clientSecret, url, apiUrl }: GithubOptions) {
    super(
      {
        clientID: clientId,
        clientSecret,
        // Each attempt names its own.
        callbackURL: '',
        authorizationURL: `${url}/login/oauth/authorize`,
        tokenURL: `${url}/login/oauth/access_token`,
        userProfileURL: `${apiUrl}/user`,
        userEmailURL: `${apiUrl}/user/emails`,
        scope: ['user:email'],
        // With what GitHub says of each: only the primary address that it has verified is taken.
        allRawEmails: true,
        userAgent: 'Atelier',
        customHeaders: { Accept: 'application/json' },
        // True is S256.
        pkce: true,
        store: attemptStore,
      },
      verifyFor(url),
    );
    boundTransport(this._oauth2);
  }
}

export function githubProvider(options: GithubOptions): IdentityProvider {
  return new PassportProvider('github', 'GitHub', new GithubSignIn(options));
}

/** https://docs.github.com/en/rest/users/users, and /user/emails as passport-github2 hands it on. */
const person = z.object({
  _json: z.object({ id: z.int().positive(), login: z.string(), name: z.string().nullish().catch(null) }),
  emails: z.array(
    z.object({ value: z.unknown().optional(), primary: z.unknown().optional(), verified: z.unknown().optional() }),
  ),
});
const tokenAnswer = z.object({ expires_in: z.number().positive().optional(), scope: z.string().optional() });

function verifyFor(issuer: string) {
  return (
    accessToken: string,
    refreshToken: string | undefined,
    params: unknown,
    profile: unknown,
    done: (error: unknown, identity?: ProviderIdentity) => void,
  ): void => {
    const known = person.safeParse(profile);
    const granted = tokenAnswer.safeParse(params);
    if (!known.success || !granted.success) {
      done(known.error ?? granted.error);
      return;
    }
    const { id, login, name } = known.data._json;
    const primary = known.data.emails.find((email) => email.primary === true && email.verified === true);
    const email = emailOf(primary?.value);
    const { expires_in: seconds, scope } = granted.data;
    const identity: ProviderIdentity = {
      provider: 'github',
      issuer,
      subject: String(id),
      email,
      isEmailVerified: email !== null,
      name: name ?? login,
      tokens: {
        accessToken,
        refreshToken: refreshToken ?? null,
        expiresAt: seconds === undefined ? null : new Date(Date.now() + seconds * 1000),
        scopes: scope?.split(',') ?? [],
      },
    };
    done(null, identity);
  };
}
