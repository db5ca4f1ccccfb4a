import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { interactionPolicy, Provider } from 'oidc-provider';

export interface AuthorisationServer {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Whose token this is, when it is good for `resource`; null otherwise. */
  subjectOf(token: string): Promise<string | null>;
}

/** A certified authorisation server that registers whoever comes, and signs in whom it is told to. */
export function createAuthorisationServer(
  issuer: string,
  { resource, person }: { readonly resource: () => string; readonly person: () => string },
): AuthorisationServer {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('every_time', 'Say who you are', (context) => !context.oidc.result?.login),
    );
  const provider = new Provider(issuer, {
    clientAuthMethods: ['none'],
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource(),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: 'mcp', audience: resource(), accessTokenFormat: 'opaque' }),
      },
    },
    scopes: ['openid', 'offline_access', 'mcp'],
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}`, policy },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, Interaction: 600, Session: 3600, RefreshToken: 3600 },
    renderError(context, { error, error_description }) {
      context.body = { error, error_description };
    },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  const callback = provider.callback();

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response);
    const accountId = person();
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope ?? 'openid'));
    grant.addResourceScope(resource(), 'mcp');
    const result = { login: { accountId }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result);
  }

  return {
    handle(request, response) {
      if (request.url?.startsWith('/interaction/')) {
        interact(request, response).catch(() => response.writeHead(500).end());
      } else void callback(request, response);
    },
    async subjectOf(token) {
      const found = await provider.AccessToken.find(token);
      return found?.isValid && found.aud === resource() ? (found.accountId ?? null) : null;
    },
  };
}
