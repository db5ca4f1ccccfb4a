import { createHash, randomBytes } from 'node:crypto';
import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { KeyRing } from '../../platform/secrets/key-ring.ts';
import type { CredentialRow, McpCredentialsRepository } from './mcp-credentials.repository.ts';
import { McpFailure } from './mcp-failure.ts';
import type { ServerRow } from './mcp-servers.repository.ts';

const pendingMs = 10 * 60_000;

/** What is kept of an authorisation: who we are there, and what lets us in. As the SDK made it. */
interface Stored {
  readonly client?: OAuthClientInformationMixed | undefined;
  readonly tokens?: OAuthTokens | undefined;
}

/** What is kept between going there and coming back. */
export interface Pending {
  readonly verifier: string;
  readonly discovery?: OAuthDiscoveryState | undefined;
}

export interface CredentialDeps {
  readonly credentials: McpCredentialsRepository;
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** Where the authorisation server sends the browser back to. */
  readonly redirectUrl: () => string;
}

/**
 * One person's authorisation at one server, as the SDK asks for it. It is bound to the server's origin: at another one it
 * holds nothing. Read anew each time, because another process may have renewed it.
 */
export class UserCredential implements OAuthClientProvider {
  readonly #deps: CredentialDeps;
  readonly #op: Operation;
  readonly #server: ServerRow;
  readonly #userId: string;
  readonly #origin: string;
  #state = '';
  #pending: Pending;
  /** Where the person has to go; null while nobody asked for it. */
  authorisationUrl: URL | null = null;
  /** A person is there, who can be sent to the authorisation server. */
  readonly #isWatched: boolean;

  constructor(
    deps: CredentialDeps,
    use: {
      readonly op: Operation;
      readonly server: ServerRow;
      readonly userId: string;
      readonly isWatched: boolean;
      readonly pending?: Pending;
    },
  ) {
    this.#deps = deps;
    this.#op = use.op;
    this.#server = use.server;
    this.#userId = use.userId;
    this.#origin = new URL(use.server.url ?? '').origin;
    this.#isWatched = use.isWatched;
    this.#pending = use.pending ?? { verifier: '' };
  }

  get redirectUrl(): string {
    return this.#deps.redirectUrl();
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: 'Atelier',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state(): string {
    this.#state = randomBytes(32).toString('base64url');
    return this.#state;
  }

  async clientInformation(): Promise<OAuthClientInformationMixed | undefined> {
    return (await this.#read()).client;
  }

  async saveClientInformation(client: OAuthClientInformationMixed): Promise<void> {
    await this.#change((stored) => ({ ...stored, client }));
  }

  async tokens(): Promise<OAuthTokens | undefined> {
    return (await this.#read()).tokens;
  }

  async saveTokens(tokens: OAuthTokens): Promise<void> {
    await this.#change((stored) => ({ ...stored, tokens }));
  }

  /** Nobody is sent anywhere while nobody watches. */
  async redirectToAuthorization(url: URL): Promise<void> {
    if (!this.#isWatched) throw new McpFailure('mcp.authorisation_needed');
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new McpFailure('mcp.invalid_data');
    const { credentials, keys, clock } = this.#deps;
    const { id } = await this.#ensure();
    await credentials.savePending(this.#op, {
      id,
      stateHash: stateHashOf(this.#state),
      pendingSealed: keys.seal('mcp-token', id, JSON.stringify(this.#pending)),
      until: new Date(clock.now().getTime() + pendingMs),
    });
    this.authorisationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#pending = { ...this.#pending, verifier };
  }

  codeVerifier(): string {
    return this.#pending.verifier;
  }

  /** The code goes to the authorisation server that the person was sent to, and to no other. */
  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#pending = { ...this.#pending, discovery };
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#pending.discovery;
  }

  async invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): Promise<void> {
    if (scope === 'all' || scope === 'discovery') this.#pending = { ...this.#pending, discovery: undefined };
    if (scope === 'all' || scope === 'client') await this.#change(() => ({}));
    if (scope === 'tokens') await this.#change(({ client }) => ({ client }));
  }

  async #read(): Promise<Stored> {
    const row = await this.#deps.credentials.find(this.#op, { serverId: this.#server.id, userId: this.#userId });
    if (row?.origin !== this.#origin || row.credentialSealed === null) return {};
    return JSON.parse(this.#deps.keys.open('mcp-token', row.id, row.credentialSealed).toString('utf8'));
  }

  async #change(change: (stored: Stored) => Stored): Promise<void> {
    const { credentials, keys, clock } = this.#deps;
    const { id, origin } = await this.#ensure();
    const next = change(await this.#read());
    const credentialSealed = keys.seal('mcp-token', id, JSON.stringify(next));
    await credentials.saveCredential(
      this.#op,
      { id, origin, credentialSealed, hasTokens: next.tokens !== undefined },
      clock.now(),
    );
  }

  async #ensure(): Promise<CredentialRow> {
    const { id: serverId, organisationId } = this.#server;
    const row = { id: newId(), serverId, userId: this.#userId, organisationId, origin: this.#origin };
    return await this.#deps.credentials.ensure(this.#op, row, this.#deps.clock.now());
  }
}

export function stateHashOf(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}
