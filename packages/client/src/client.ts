import type { IdentityDto } from '@atelier/contracts/auth';
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
import { type AuditExport, exportAudit } from './audit-export.ts';
import { type Connection, openConnection } from './connection.ts';
import { type Fetch, withCookies } from './cookies.ts';
import { distinctIds } from './distinct-ids.ts';
import { errorOf, OrganisationChangedError } from './errors.ts';
import { downloadFile, type UploadOptions, uploadFile } from './files.ts';
import { type FollowOptions, followSession } from './follow-session.ts';
import { SignInStore } from './sign-in.ts';

export interface ClientOptions {
  /** Where the server is: "https://atelier.example.com", without a trailing slash. */
  readonly url: string;
  readonly fetch?: Fetch;
}

/** Everything the web app can do, typed from the server's own router. */
export interface AtelierClient {
  /** The procedures: `client.api.sessions.list.query({})`. Queries and mutations go over HTTP, subscriptions over WebSocket. */
  readonly api: TRPCClient<AppRouter>;
  /** The way the procedures are called, for other tRPC front ends such as `@trpc/react-query`. */
  readonly links: TRPCLink<AppRouter>[];
  readonly signInStore: SignInStore;
  readonly connection: Connection;
  register(input: { readonly email: string; readonly password: string; readonly name: string }): Promise<IdentityDto>;
  signIn(input: { readonly email: string; readonly password: string }): Promise<IdentityDto>;
  /** Goes on with the sign-in that the browser's cookie holds; null when there is none. */
  resume(): Promise<IdentityDto | null>;
  signOut(): Promise<void>;
  /** The session's transcript, now and after each change, through cuts and restarts. */
  followSession(sessionId: string, options?: FollowOptions): AsyncGenerator<Transcript, void>;
  uploadFile(options: UploadOptions): Promise<UploadDto>;
  downloadFile(sessionId: string, path: string): Promise<Blob>;
  /** The record of the organisation that is shown, or of the installation, as a file. */
  exportAudit(wanted: AuditExport): Promise<Blob>;
  /** Closes the connection and stops renewing. */
  close(): Promise<void>;
}

/** A client for one server and one person. In Node it keeps the sign-in's cookie itself, in memory. */
export function createClient(options: ClientOptions): AtelierClient {
  const base = options.url.replace(/\/+$/, '');
  const plainFetch: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const cookieFetch = typeof document === 'undefined' ? withCookies(plainFetch, new URL(base).origin) : plainFetch;
  const trpcUrl = `${base}/trpc`;

  const auth = createTRPCClient<AppRouter>({
    links: [httpLink({ url: trpcUrl, fetch: (url, init) => cookieFetch(String(url), toInit(init)) })],
  });
  const signInStore = new SignInStore({
    renew: (organisationId) => auth.auth.renew.mutate({ organisationId }),
    exclusively,
  });
  const authorised = withToken(cookieFetch, signInStore);
  const connection = openConnection(trpcUrl.replace(/^http/, 'ws'), signInStore);

  reconnectElsewhere(signInStore, connection);

  const links: TRPCLink<AppRouter>[] = [
    heedEndedSignIn(signInStore),
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: [distinctIds(), wsLink({ client: connection.client })],
      false: httpBatchLink({ url: trpcUrl, maxItems: 10, fetch: (url, init) => authorised(String(url), toInit(init)) }),
    }),
  ];
  const api = createTRPCClient<AppRouter>({ links });

  return {
    api,
    links,
    signInStore,
    connection,
    async register(input) {
      signInStore.accept(await auth.auth.register.mutate({ ...input }));
      return identityOf(signInStore);
    },
    async signIn(input) {
      signInStore.accept(await auth.auth.signIn.mutate({ ...input }));
      return identityOf(signInStore);
    },
    async resume() {
      await signInStore.renew();
      return signInStore.state.status === 'signed_in' ? signInStore.state.identity : null;
    },
    async signOut() {
      await auth.auth.signOut.mutate();
      signInStore.forget();
    },
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
    async close() {
      signInStore.stop();
      await connection.client.close();
    },
  };
}

/**
 * A stream that is refused because the sign-in has ended asks at once whether it has: elsewhere somebody may have signed
 * out. If so, whoever watches the store hears; if not, the next stream starts with a fresh token.
 */
function heedEndedSignIn(signIn: SignInStore): TRPCLink<AppRouter> {
  return () =>
    ({ next, op }) =>
      observable((observer) =>
        next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error(error) {
            if (op.type !== 'subscription' || errorOf(error)?.code !== 'auth.required') return observer.error(error);
            signIn
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
function withToken(fetch: Fetch, signIn: SignInStore): Fetch {
  const send = (url: string, init: RequestInit | undefined, token: string | null) => {
    const headers = new Headers(init?.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
  const sendFor = (organisation: string | null, url: string, init: RequestInit | undefined, token: string | null) => {
    const now = signIn.organisationId;
    if (organisation !== null && now !== null && now !== organisation) throw new OrganisationChangedError();
    return send(url, init, token);
  };
  return async (url, init) => {
    const meant = signIn.organisationId;
    const token = await signIn.token();
    const response = await sendFor(meant, url, init, token);
    if (token === null || !(await hasEnded(response))) return response;
    const renewed = await signIn.renew();
    return renewed === null ? response : await sendFor(meant, url, init, renewed);
  };
}

/** Several calls in one request are answered with 207 when they do not agree: one of them may be a 401. */
async function hasEnded(response: Response): Promise<boolean> {
  if (response.status !== 207) return response.status === 401;
  return (await response.clone().text()).includes('"auth.required"');
}

function identityOf(signIn: SignInStore): IdentityDto {
  if (signIn.state.status !== 'signed_in') throw new Error('The sign-in has ended.');
  return signIn.state.identity;
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
