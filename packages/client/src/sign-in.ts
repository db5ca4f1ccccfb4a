import type { GrantDto, IdentityDto } from '@atelier/contracts/auth';
import type { OrganisationId } from '@atelier/contracts/ids';
import { errorOf } from './errors.ts';

/** `unknown` until the first renewal has told whether a sign-in is kept in the cookie. */
export type SignInState =
  | { readonly status: 'unknown' }
  | { readonly status: 'signed_out' }
  | { readonly status: 'signed_in'; readonly identity: IdentityDto };

/** Renews this long before the token ends. */
const renewBeforeMs = 60_000;
const retryAfterMs = 5000;

export interface SignInDeps {
  /** For the organisation that is shown; none yet: the last one. */
  readonly renew: (organisationId: OrganisationId | undefined) => Promise<GrantDto>;
  /** Runs `work` in one tab at a time, where tabs exist: a refresh token is used once. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Who is signed in. The access token lives here, in memory, and nowhere else. */
export class SignInStore {
  readonly #deps: SignInDeps;
  readonly #listeners = new Set<() => void>();
  #state: SignInState = { status: 'unknown' };
  #token: string | null = null;
  #endsAt = 0;
  /** How often it was signed out: a renewal that was under way then is of no account. */
  #forgotten = 0;
  #renewing: Promise<string | null> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  get state(): SignInState {
    return this.#state;
  }

  /** The organisation that is shown; null while nobody is signed in. */
  get organisationId(): OrganisationId | null {
    return this.#state.status === 'signed_in' ? this.#state.identity.organisation.id : null;
  }

  /** Calls `listener` after each change of `state`. Returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  accept(grant: GrantDto): void {
    this.#token = grant.accessToken;
    // The server's own times: this device's clock may be wrong by any amount.
    const lifetime = Date.parse(grant.expiresAt) - Date.parse(grant.serverTime);
    this.#endsAt = performance.now() + lifetime;
    this.#schedule(Math.max(1000, lifetime - Math.min(renewBeforeMs, lifetime / 2)));
    this.#set({ status: 'signed_in', identity: grant.identity });
  }

  forget(): void {
    this.#forgotten += 1;
    clearTimeout(this.#timer);
    this.#token = null;
    this.#set({ status: 'signed_out' });
  }

  /** A token that is valid for some seconds yet, renewed when need be; null when signed out. */
  async token(): Promise<string | null> {
    if (this.#token !== null && performance.now() < this.#endsAt - 5000) return this.#token;
    if (this.#state.status === 'signed_out') return null;
    return await this.renew();
  }

  /** Renews once for all who ask meanwhile. Null when the server says that the sign-in has ended. */
  async renew(): Promise<string | null> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = null;
    });
    return await this.#renewing;
  }

  /** Goes over to another organisation, as another tab did. Who is no member there comes out elsewhere. */
  async show(organisation: OrganisationId): Promise<void> {
    const forgotten = this.#forgotten;
    const grant = await this.#deps.exclusively(() => this.#deps.renew(organisation));
    if (this.#forgotten === forgotten) this.accept(grant);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #renewOnce(): Promise<string | null> {
    const forgotten = this.#forgotten;
    try {
      const shown = this.organisationId;
      const grant = await this.#deps.exclusively(() => this.#deps.renew(shown ?? undefined));
      // Who has gone to another organisation meanwhile has a token for that one.
      if (this.#forgotten === forgotten && this.organisationId === shown) this.accept(grant);
      return this.#token;
    } catch (error) {
      if (this.#forgotten !== forgotten) return this.#token;
      if (errorOf(error)?.code === 'auth.required') {
        this.forget();
        return null;
      }
      // The server cannot be reached: that is no reason to sign anybody out.
      this.#schedule(retryAfterMs);
      throw error;
    }
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), delay);
    // In Node a waiting renewal must not keep a finished program alive.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  #set(state: SignInState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
