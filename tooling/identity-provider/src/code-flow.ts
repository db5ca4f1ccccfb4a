import { createHash, randomBytes } from 'node:crypto';
import type { Person } from './person.ts';

/** Whom this provider knows as a client. */
export interface Client {
  readonly id: string;
  readonly secret: string;
  /** Whether people may be sent back there. */
  readonly allows: (redirectUri: string) => boolean;
}

interface Grant {
  readonly person: Person;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
}

export type Redeemed = { readonly accessToken: string; readonly scope: string } | { readonly error: string };

/** The authorization code flow of RFC 6749 with PKCE (RFC 7636), as Google and GitHub do it. S256 is asked of everybody. */
export class CodeFlow {
  readonly #client: Client;
  readonly #codes = new Map<string, Grant>();
  readonly #people = new Map<string, Person>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Why this request must not be answered with a redirect; null when it may. */
  refusal(query: URLSearchParams): string | null {
    if (query.get('client_id') !== this.#client.id) return 'unknown client_id';
    if (!this.#client.allows(query.get('redirect_uri') ?? '')) return 'redirect_uri is not registered';
    if (query.get('response_type') !== 'code') return 'response_type must be code';
    if (query.get('code_challenge_method') !== 'S256' || !query.get('code_challenge'))
      return 'PKCE with S256 is required';
    return null;
  }

  /** Where to send the browser. A null person has denied. */
  answer(query: URLSearchParams, person: Person | null): string {
    const address = new URL(query.get('redirect_uri') ?? '');
    const state = query.get('state');
    if (state !== null) address.searchParams.set('state', state);
    if (person === null) {
      address.searchParams.set('error', 'access_denied');
      address.searchParams.set('error_description', 'The user denied the request.');
      return address.href;
    }
    const code = randomBytes(20).toString('hex');
    this.#codes.set(code, {
      person,
      redirectUri: query.get('redirect_uri') ?? '',
      challenge: query.get('code_challenge') ?? '',
      scope: query.get('scope') ?? '',
    });
    address.searchParams.set('code', code);
    return address.href;
  }

  /** A code is good once, for the client, the redirect URI and the verifier it was made for. */
  redeem(form: URLSearchParams): Redeemed {
    if (form.get('client_id') !== this.#client.id || form.get('client_secret') !== this.#client.secret) {
      return { error: 'invalid_client' };
    }
    const code = form.get('code') ?? '';
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!grant || grant.redirectUri !== form.get('redirect_uri') || grant.challenge !== challenge) {
      return { error: 'invalid_grant' };
    }
    const accessToken = randomBytes(20).toString('hex');
    this.#people.set(accessToken, grant.person);
    return { accessToken, scope: grant.scope };
  }

  /** Whose token stands in the header. Nowhere else: a token in an address ends in logs. */
  personOf(authorization: string | undefined): Person | null {
    return this.#people.get(/^(?:Bearer|token) (\S+)$/.exec(authorization ?? '')?.[1] ?? '') ?? null;
  }
}
