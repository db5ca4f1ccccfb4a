import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { interactionPolicy, Provider } from 'oidc-provider';
import type { Client } from './code-flow.ts';
import { type Fault, tampered } from './fault.ts';
import { claimsOf, type Person } from './person.ts';

const keyId = 'loopback-1';

export interface OidcOptions {
  readonly issuer: string;
  readonly client: Client;
  readonly fault: () => Fault | null;
  readonly slowMs: number;
  /** Told of each request after it was read. */
  readonly onRequest: (method: string, path: string, parameters: Readonly<Record<string, unknown>>) => void;
}

export interface Oidc {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Ends the interaction of this browser: with a person, or with a denial when it is null. */
  decide(request: IncomingMessage, response: ServerResponse, person: Person | null): Promise<void>;
}

/** A certified OpenID provider with one client: code flow, PKCE with S256, `iss` in the answer (RFC 9207). */
export function createOidc(options: OidcOptions): Oidc {
  const { issuer, client } = options;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const people = new Map<string, Person>();

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: ['http://localhost/registered-by-the-check-below'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}`, policy: askEveryTime() },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 3600 },
    renderError(context, { error, error_description }) {
      context.body = { error, error_description };
    },
    findAccount(_context, id) {
      const person = people.get(id);
      return person && { accountId: id, claims: () => claimsOf(person) };
    },
  });
  provider.Client.prototype.redirectUriAllowed = client.allows;

  provider.use(async (context, next) => {
    const fault = options.fault();
    if (context.path !== '/token') {
      await next();
      options.onRequest(context.method, context.path, { ...context.query });
      if (fault === 'wrong_response_iss' && context.response.get('location').startsWith('http')) {
        const back = new URL(context.response.get('location'));
        if (back.searchParams.has('iss')) {
          back.searchParams.set('iss', 'https://another-issuer.example');
          context.response.set('location', back.href);
        }
      }
      return;
    }
    if (fault === 'slow') await sleep(options.slowMs, undefined, { ref: false });
    await next();
    options.onRequest(context.method, context.path, { ...context.oidc?.body });
    if (fault === 'token_500') {
      context.status = 500;
      context.body = 'out of order';
    } else if (fault === 'token_garbage') {
      context.body = '<html>null</html>';
    } else if (fault !== null && isTokens(context.body)) {
      const signing = { kid: keyId, key: privateKey, clientSecret: client.secret };
      context.body = { ...context.body, id_token: tampered(context.body.id_token, fault, signing) };
    }
  });

  const handle = provider.callback();
  return {
    handle: (request, response) => void handle(request, response),
    async decide(request, response, person) {
      if (person === null) {
        const denial = { error: 'access_denied', error_description: 'The user denied the request.' };
        return await provider.interactionFinished(request, response, denial);
      }
      const { params } = await provider.interactionDetails(request, response);
      people.set(person.subject, person);
      const grant = new provider.Grant({ accountId: person.subject, clientId: client.id });
      grant.addOIDCScope(String(params.scope));
      const result = { login: { accountId: person.subject }, consent: { grantId: await grant.save() } };
      return await provider.interactionFinished(request, response, result);
    },
  };
}

/** Nobody is remembered: each sign-in asks who it is. */
function askEveryTime(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('every_time', 'Say who you are', (context) => !context.oidc.result?.login),
    );
  return policy;
}

function isTokens(body: unknown): body is { readonly id_token: string } {
  return typeof body === 'object' && body !== null && typeof Reflect.get(body, 'id_token') === 'string';
}
