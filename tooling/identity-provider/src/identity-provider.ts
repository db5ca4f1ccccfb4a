import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { choicePage } from './choice-page.ts';
import { type Client, CodeFlow } from './code-flow.ts';
import type { Fault } from './fault.ts';
import { github } from './github.ts';
import { google } from './google.ts';
import { createOidc, type Oidc } from './oidc.ts';
import { type Person, personIn } from './person.ts';
import { type Answer, type Asked, readAsked, send } from './wire.ts';

export type { Fault } from './fault.ts';
export { githubId } from './github.ts';
export type { Person } from './person.ts';

export interface IdentityProviderOptions {
  /** 0: any free one. */
  readonly port?: number;
  /** Where people may be sent back to, compared letter by letter. Without a list: anywhere on this machine. */
  readonly redirectUris?: readonly string[];
  /** How long the fault `slow` takes. */
  readonly slowMs?: number;
}

/** What a client asked, without what a browser asked of the page. */
export interface SeenRequest {
  readonly at: 'oidc' | 'google' | 'github';
  readonly method: string;
  readonly path: string;
  /** Of the address and of the form. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface IdentityProvider extends AsyncDisposable {
  /** OIDC_ISSUER: discovery is below it. */
  readonly issuer: string;
  /** GOOGLE_URL, and the addresses that follow from it. */
  readonly googleUrls: Record<'base' | 'authorizationURL' | 'tokenURL' | 'userProfileURL', string>;
  /** GITHUB_URL, and the addresses that follow from it. */
  readonly githubUrls: Record<'base' | 'authorizationURL' | 'tokenURL' | 'userProfileURL' | 'userEmailURL', string>;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The latest requests, oldest first, ten thousand at most. */
  readonly requests: readonly SeenRequest[];
  /** Who signs in from now on without being asked; `denies`: somebody who says no; null: the page asks. */
  setPerson(person: Person | 'denies' | null): void;
  setFault(fault: Fault | null): void;
  /** Nobody listens any more: connections are refused. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** An OpenID provider, and doubles of Google and GitHub beside it, on loopback. */
export async function startIdentityProvider(options: IdentityProviderOptions = {}): Promise<IdentityProvider> {
  const { redirectUris, slowMs = 60_000 } = options;
  const client: Client = {
    id: 'atelier-test',
    secret: randomBytes(24).toString('hex'),
    allows: (uri) => redirectUris?.includes(uri) ?? isLoopback(uri),
  };
  const requests: SeenRequest[] = [];
  const see = (request: SeenRequest) => {
    requests.push(request);
    if (requests.length > 10_000) requests.shift();
  };
  let person: Person | 'denies' | null = null;
  let fault: Fault | null = null;
  let server = await listen(options.port ?? 0, (request, response) => void answer(request, response));
  // A bound TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const oidc: Oidc = createOidc({
    issuer,
    client,
    slowMs,
    fault: () => fault,
    onRequest: (method, path, parameters) => see({ at: 'oidc', method, path, parameters }),
  });
  const doubles = {
    google: { flow: new CodeFlow(client), endpoints: google, authorize: '/o/oauth2/v2/auth' },
    github: { flow: new CodeFlow(client), endpoints: github, authorize: '/login/oauth/authorize' },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const [, first = '', second = ''] = (request.url ?? '/').split(/[/?]/);
      if (first === 'google' || first === 'github') return send(response, await double(first, request));
      if (first !== 'interaction') return oidc.handle(request, response);
      const asked = await readAsked(request, '');
      if (asked.method === 'GET' && person === null)
        return send(response, page(choicePage(`/interaction/${second}`, {})));
      await oidc.decide(request, response, asked.method === 'GET' ? chosen() : decisionIn(asked));
    } catch (error) {
      if (!response.headersSent) send(response, { status: 400, json: { error: String(error) } });
    }
  }

  async function double(at: 'google' | 'github', request: IncomingMessage): Promise<Answer> {
    const { flow, endpoints, authorize } = doubles[at];
    const asked = await readAsked(request, `/${at}`);
    if (asked.path !== '/decision') {
      const parameters = Object.fromEntries([...asked.query, ...asked.form]);
      see({ at, method: asked.method, path: asked.path, parameters });
    }
    if (asked.path === authorize) {
      const refusal = flow.refusal(asked.query);
      if (refusal !== null) return { status: 400, json: { error: refusal } };
      if (person === null) return page(choicePage(`/${at}/decision`, Object.fromEntries(asked.query)));
      return { location: flow.answer(asked.query, chosen()) };
    }
    if (asked.path === '/decision') return { location: flow.answer(asked.form, decisionIn(asked)) };
    if (asked.path.includes('token')) {
      if (fault === 'slow') await sleep(slowMs, undefined, { ref: false });
      if (fault === 'token_500') return { status: 500, text: 'out of order', type: 'text/plain' };
      if (fault === 'token_garbage') return { status: 200, text: 'null', type: 'application/json' };
    }
    return endpoints(flow, asked) ?? { status: 404, json: { message: 'Not Found' } };
  }

  const chosen = () => (person === 'denies' ? null : person);

  async function goDown(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async function comeBack(): Promise<void> {
    if (!server.listening) server = await listen(port, (request, response) => void answer(request, response));
  }

  return {
    issuer,
    googleUrls: {
      base: `${issuer}/google`,
      authorizationURL: `${issuer}/google/o/oauth2/v2/auth`,
      tokenURL: `${issuer}/google/oauth2/v4/token`,
      userProfileURL: `${issuer}/google/oauth2/v3/userinfo`,
    },
    githubUrls: {
      base: `${issuer}/github`,
      authorizationURL: `${issuer}/github/login/oauth/authorize`,
      tokenURL: `${issuer}/github/login/oauth/access_token`,
      userProfileURL: `${issuer}/github/api/v3/user`,
      userEmailURL: `${issuer}/github/api/v3/user/emails`,
    },
    clientId: client.id,
    clientSecret: client.secret,
    requests,
    setPerson(next) {
      person = next;
    },
    setFault(next) {
      fault = next;
    },
    goDown,
    comeBack,
    stop: goDown,
    [Symbol.asyncDispose]: goDown,
  };
}

function page(text: string): Answer {
  return { status: 200, text, type: 'text/html; charset=utf-8' };
}

function decisionIn({ form }: Asked): Person | null {
  return form.get('choice') === 'deny' ? null : personIn(form);
}

function isLoopback(uri: string): boolean {
  return URL.canParse(uri) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(uri).hostname);
}

async function listen(
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handle);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
