import * as client from 'openid-client';
import * as z from 'zod';
import {
  type Authorization,
  emailOf,
  type IdentityProvider,
  type ProviderAnswer,
  ProviderFailure,
  type ProviderIdentity,
  providerTimeoutMs,
} from './identity-provider.ts';

const scope = 'openid email profile';

export interface OidcOptions {
  /** Letter by letter what the provider calls itself. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly name: string;
}

/** Any OpenID Connect issuer. https://openid.net/specs/openid-connect-core-1_0.html */
export class OidcProvider implements IdentityProvider {
  readonly id = 'oidc';
  readonly name: string;
  readonly #options: OidcOptions;
  #discovered: Promise<client.Configuration> | null = null;

  constructor(options: OidcOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async authorize(opts: { readonly state: string; readonly redirectUri: string }): Promise<Authorization> {
    const configuration = await this.#configuration();
    const verifier = client.randomPKCECodeVerifier();
    const nonce = client.randomNonce();
    const address = client.buildAuthorizationUrl(configuration, {
      scope,
      nonce,
      state: opts.state,
      redirect_uri: opts.redirectUri,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { address: address.href, verifier, nonce };
  }

  async identify(
    answer: ProviderAnswer,
    kept: { readonly verifier: string; readonly nonce: string | null; readonly redirectUri: string },
  ): Promise<ProviderIdentity> {
    const configuration = await this.#configuration();
    const current = new URL(kept.redirectUri);
    current.searchParams.set('code', answer.code);
    current.searchParams.set('state', answer.state);
    if (answer.iss !== null) current.searchParams.set('iss', answer.iss);
    if (kept.nonce === null) throw new Error('A sign-in by OpenID Connect without a nonce.');
    try {
      const tokens = await client.authorizationCodeGrant(configuration, current, {
        pkceCodeVerifier: kept.verifier,
        expectedState: answer.state,
        expectedNonce: kept.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('An answer without an ID token.');
      const { email, email_verified, name } = await this.#personOf(configuration, tokens.access_token, claims);
      const seconds = tokens.expiresIn();
      return {
        provider: 'oidc',
        issuer: claims.iss,
        subject: claims.sub,
        email: emailOf(email),
        isEmailVerified: email_verified === true,
        name: name ?? null,
        tokens: {
          accessToken: tokens.access_token,
          refreshToken: tokens.refresh_token ?? null,
          expiresAt: seconds === undefined ? null : new Date(Date.now() + seconds * 1000),
          scopes: (tokens.scope ?? scope).split(' '),
        },
      };
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** From the ID token when the address stands there, else from the userinfo endpoint: never half from each. */
  async #personOf(configuration: client.Configuration, accessToken: string, claims: client.IDToken): Promise<About> {
    const hasUserInfo = configuration.serverMetadata().userinfo_endpoint !== undefined;
    if (claims.email !== undefined || !hasUserInfo) return about.parse(claims);
    return about.parse(await client.fetchUserInfo(configuration, accessToken, claims.sub));
  }

  /** Read once; a failure is not kept, so the next sign-in asks again. */
  async #configuration(): Promise<client.Configuration> {
    this.#discovered ??= this.#discover();
    const discovered = this.#discovered;
    try {
      return await discovered;
    } catch (error) {
      if (this.#discovered === discovered) this.#discovered = null;
      throw failureOf(error);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const isPlain = issuer.startsWith('http:');
    const configuration = await client.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientAuthentication(clientSecret),
      {
        timeout: providerTimeoutMs / 1000,
        // The library would believe an ID token that came over TLS; its signature is to hold all the same.
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      },
    );
    const found = configuration.serverMetadata().issuer;
    if (found !== issuer) throw new ProviderFailure('answer_refused', new Error('The issuer calls itself otherwise.'));
    return configuration;
  }
}

const about = z.object({
  email: z.unknown().optional(),
  email_verified: z.unknown().optional(),
  name: z.string().optional().catch(undefined),
});
type About = z.infer<typeof about>;

/** Providers know one of two ways; without a word about it, it is Basic (OpenID Connect Discovery, section 3). */
function clientAuthentication(secret: string): client.ClientAuth {
  const [post, basic] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)];
  return (server, ...rest) =>
    (server.token_endpoint_auth_methods_supported?.includes('client_secret_post') ? post : basic)(server, ...rest);
}

/** Failures that say that nobody is there, by the codes of openid-client and of fetch. */
const away = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_PARSE_ERROR', 'OAUTH_RESPONSE_IS_NOT_JSON']);

function failureOf(error: unknown): unknown {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new ProviderFailure('provider_down', error);
  if (!(error instanceof Error)) return new ProviderFailure('provider_down', error);
  const code = String(Reflect.get(error, 'code') ?? '');
  const isAway = away.has(code) || statusOf(error) >= 500;
  return new ProviderFailure(isAway ? 'provider_down' : 'answer_refused', error);
}

/** The HTTP status that an error of openid-client is about. */
function statusOf(error: Error): number {
  const status: unknown = Reflect.get(error, 'status') ?? (error.cause instanceof Response ? error.cause.status : 0);
  return Number(status);
}
