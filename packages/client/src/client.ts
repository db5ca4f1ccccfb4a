import type { GrantDto, IdentityDto, RegisterAnswer, SignInAnswer } from '@atelier/contracts/auth';
import type { UploadDto } from '@atelier/contracts/files';
import { sessionId as parseSessionId } from '@atelier/contracts/ids';
import type { Transcript } from '@atelier/contracts/transcript';
import type { AppRouter } from '@atelier/server/app-router';
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  splitLink,
  type TRPCClient,
  type TRPCLink,
  wsLink,
} from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { apiKeyToken } from './api-key.ts';
import { type AuditExport, exportAudit } from './audit-export.ts';
import { type Connection, openConnection } from './connection.ts';
import { type Fetch, withCookies } from './cookies.ts';
import { distinctIds } from './distinct-ids.ts';
import { errorOf, OrganisationChangedError } from './errors.ts';
import { downloadFile, type UploadOptions, uploadFile } from './files.ts';
import { type FollowOptions, followSession } from './follow-session.ts';
import { SignInStore } from './sign-in.ts';
import type { TokenSource } from './token-source.ts';
import { exportUsage, type UsageExport } from './usage-export.ts';

export interface ClientOptions {
  /** Where the server is: "https://atelier.example.com", without a trailing slash. */
  readonly url: string;
  readonly fetch?: Fetch;
}

/** Who has signed in. */
export interface SignedIn {
  readonly status: 'signed_in';
  readonly identity: IdentityDto;
}
/** `mail_sent`: a link is on its way; opening it makes the account, whoever it is. */
export type Registered = SignedIn | Exclude<RegisterAnswer, { status: 'signed_in' }>;
/** `second_factor`: the password was right; one of `methods` has to follow before `expiresAt`. */
export type SignInResult = SignedIn | Exclude<SignInAnswer, { status: 'signed_in' }>;

/** For programs: who it is comes from a key, and nobody signs in. */
export interface ApiKeyClientOptions extends ClientOptions {
  /** `atl_…`, as it was shown when it was made. Not for browsers: pages have no place to keep it. */
  readonly apiKey: string;
}

/** What can be done with a key, typed from the server's own router. */
export interface ApiKeyClient {
  /** The procedures: `client.api.sessions.list.query({})`. Queries and mutations go over HTTP, subscriptions over WebSocket. */
  readonly api: TRPCClient<AppRouter>;
  /** The way the procedures are called, for other tRPC front ends such as `@trpc/react-query`. */
  readonly links: TRPCLink<AppRouter>[];
  readonly connection: Connection;
  /** The session's transcript, now and after each change, through cuts and restarts. */
  followSession(sessionId: string, options?: FollowOptions): AsyncGenerator<Transcript, void>;
  uploadFile(options: UploadOptions): Promise<UploadDto>;
  downloadFile(sessionId: string, path: string): Promise<Blob>;
  /** The record of the organisation that is shown, or of the installation, as a file. */
  exportAudit(wanted: AuditExport): Promise<Blob>;
  /** What was used in the organisation that is shown: one's own, or for its administrators everybody's. */
  exportUsage(wanted: UsageExport): Promise<Blob>;
  /** Closes the connection and stops renewing. */
  close(): Promise<void>;
}

/** Everything the web app can do. */
export interface AtelierClient extends ApiKeyClient {
  readonly signInStore: SignInStore;
  /** `invitation`: the secret of an invitation's link. */
  register(input: {
    readonly email: string;
    readonly password: string;
    readonly name: string;
    readonly invitation?: string;
  }): Promise<Registered>;
  signIn(input: { readonly email: string; readonly password: string }): Promise<SignInResult>;
  /** Goes on with the sign-in that the browser's cookie holds; null when there is none. */
  resume(): Promise<IdentityDto | null>;
  /** `forget`: the browser also drops what it keeps of this site. */
  signOut(options?: { readonly forget?: boolean }): Promise<void>;
}

/**
 * A client for one server and one person: by a key, or by signing in. In Node it keeps the sign-in's cookie itself, in
 * memory.
 */
export function createClient(options: ApiKeyClientOptions): ApiKeyClient;
export function createClient(options: ClientOptions): AtelierClient;
export function createClient(options: ClientOptions | ApiKeyClientOptions): ApiKeyClient | AtelierClient {
  const base = options.url.replace(/(?<!\/)\/+$/, '');
  const plainFetch: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  if ('apiKey' in options) return openClient(base, plainFetch, apiKeyToken(options.apiKey));
  const cookieFetch = typeof document === 'undefined' ? withCookies(plainFetch, new URL(base).origin) : plainFetch;
  const trpcUrl = `${base}/trpc`;

  const auth = createTRPCClient<AppRouter>({
    links: [httpLink({ url: trpcUrl, fetch: (url, init) => cookieFetch(String(url), toInit(init)) })],
  });
  const signInStore = new SignInStore({
    renew: (organisationId) => auth.auth.renew.mutate({ organisationId }),
    exclusively,
  });
  const client = openClient(base, cookieFetch, signInStore);
  reconnectElsewhere(signInStore, client.connection);

  return {
    ...client,
    signInStore,
    async register(input) {
      const answer = await auth.auth.register.mutate({ ...input });
      return answer.status === 'signed_in' ? accepted(signInStore, answer) : answer;
    },
    async signIn(input) {
      const answer = await auth.auth.signIn.mutate({ ...input });
      return answer.status === 'signed_in' ? accepted(signInStore, answer) : answer;
    },
    async resume() {
      await signInStore.renew();
      return signInStore.state.status === 'signed_in' ? signInStore.state.identity : null;
    },
    async signOut(signOutOptions = {}) {
      await auth.auth.signOut.mutate({ ...signOutOptions });
      signInStore.forget();
    },
    async close() {
      signInStore.stop();
      await client.close();
    },
  };
}

/** What needs nobody but a source of tokens. */
function openClient(base: string, fetch: Fetch, tokens: TokenSource): ApiKeyClient {
  const trpcUrl = `${base}/trpc`;
  const authorised = withToken(fetch, tokens);
  const connection = openConnection(trpcUrl.replace(/^http/, 'ws'), tokens);

  const links: TRPCLink<AppRouter>[] = [
    heedEndedSignIn(tokens),
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: [distinctIds(), wsLink({ client: connection.client })],
      false: httpBatchLink({
        url: trpcUrl,
        maxItems: 10,
        fetch: (url, init) => authorised(String(url), inTime(toInit(init))),
      }),
    }),
  ];
  const api = createTRPCClient<AppRouter>({ links });

  return {
    api,
    links,
    connection,
    followSession: (id, followOptions) =>
      followSession(
        {
          open: (session) => api.sessions.open.query({ sessionId: parseSessionId.parse(session) }),
          events({ sessionId, after }, { onFeed, onError }) {
            const input = { sessionId: parseSessionId.parse(sessionId), lastEventId: String(after) };
            const subscription = api.sessions.events.subscribe(input, { onData: ({ data }) => onFeed(data), onError });
            return () => subscription.unsubscribe();
          },
        },
        id,
        followOptions,
      ),
    uploadFile: (upload) => uploadFile(authorised, base, upload),
    downloadFile: (session, path) => downloadFile(authorised, base, session, path),
    exportAudit: (wanted) => exportAudit(authorised, base, wanted),
    exportUsage: (wanted) => exportUsage(authorised, base, wanted),
    close: () => connection.client.close(),
  };
}

/**
 * A stream that is refused because the sign-in has ended asks at once whether it has: elsewhere somebody may have signed
 * out. If so, whoever watches the store hears; if not, the next stream starts with a fresh token.
 */
function heedEndedSignIn(tokens: TokenSource): TRPCLink<AppRouter> {
  return () =>
    ({ next, op }) =>
      observable((observer) =>
        next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error(error) {
            if (op.type !== 'subscription' || errorOf(error)?.code !== 'auth.required') return observer.error(error);
            tokens
              .renew()
              .catch(() => null)
              .finally(() => observer.error(error));
          },
        }),
      );
}

/** A socket has the rights of the token it began with: in another organisation it begins anew. */
function reconnectElsewhere(signIn: SignInStore, connection: Connection): void {
  let shown = signIn.organisationId;
  signIn.subscribe(() => {
    const before = shown;
    shown = signIn.organisationId;
    if (before !== null && shown !== null && before !== shown) connection.reconnect();
  });
}

/**
 * Adds the access token; when the server says that it has ended, renews and asks once more.
 * @throws OrganisationChangedError when that leads to another organisation than the one the call was meant for.
 */
function withToken(fetch: Fetch, tokens: TokenSource): Fetch {
  const send = (url: string, init: RequestInit | undefined, token: string | null) => {
    const headers = new Headers(init?.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
  const sendFor = (organisation: string | null, url: string, init: RequestInit | undefined, token: string | null) => {
    const now = tokens.organisationId;
    if (organisation !== null && now !== null && now !== organisation) throw new OrganisationChangedError();
    return send(url, init, token);
  };
  return async (url, init) => {
    const meant = tokens.organisationId;
    const token = await tokens.token();
    const response = await sendFor(meant, url, init, token);
    if (token === null || !(await hasEnded(response))) return response;
    const renewed = await tokens.renew();
    return renewed === null ? response : await sendFor(meant, url, init, renewed);
  };
}

/**
 * Several calls in one request are answered with 207 when they do not agree: one of them may be a 401. A wrong code is a
 * 401 as well, which a fresh token does not mend.
 */
async function hasEnded(response: Response): Promise<boolean> {
  if (response.status !== 207 && response.status !== 401) return false;
  return (await response.clone().text()).includes('"auth.required"');
}

function accepted(store: SignInStore, grant: GrantDto): SignedIn {
  store.accept(grant);
  return { status: 'signed_in', identity: grant.identity };
}

/** One tab at a time, where the platform has tabs. */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  if (!locks || typeof document === 'undefined') return await work();
  return await locks.request('atelier-renew', work);
}

/** tRPC types its own, narrower `fetch`; what it passes is a standard request. */
function toInit(init: unknown): RequestInit {
  return init as RequestInit;
}

/** A server answers within fifteen seconds, were it to say no. A connection that died without a word never does. */
const answerMs = 60_000;

function inTime(init: RequestInit): RequestInit {
  const deadline = AbortSignal.timeout(answerMs);
  return { ...init, signal: init.signal ? AbortSignal.any([init.signal, deadline]) : deadline };
}
