import type { OauthProblem, ProviderId } from '@atelier/contracts/oauth';
import * as z from 'zod';

/** What a provider gave us to act there for the person. Secret. */
interface ProviderTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresAt: Date | null;
  readonly scopes: readonly string[];
}

/** Who somebody is, by the word of a provider. The key is (issuer, subject), never the address. */
export interface ProviderIdentity {
  readonly provider: ProviderId;
  readonly issuer: string;
  readonly subject: string;
  /** In small letters. */
  readonly email: string | null;
  /** Whether the provider says, as a boolean, that the address is the person's. */
  readonly isEmailVerified: boolean;
  readonly name: string | null;
  readonly tokens: ProviderTokens;
}

/** Where to send the browser, and what has to be kept until it comes back. */
export interface Authorization {
  readonly address: string;
  readonly verifier: string;
  readonly nonce: string | null;
}

/** What a provider sent the browser back with: the parameters of RFC 6749, 4.1.2, and RFC 9207. */
export interface ProviderAnswer {
  readonly state: string;
  readonly code: string;
  readonly iss: string | null;
}

/** One place where people can sign in. */
export interface IdentityProvider {
  readonly id: ProviderId;
  /** For the button. */
  readonly name: string;
  /** @throws ProviderFailure */
  authorize(opts: { readonly state: string; readonly redirectUri: string }): Promise<Authorization>;
  /** Exchanges the code and learns who it is. @throws ProviderFailure */
  identify(
    answer: ProviderAnswer,
    kept: { readonly verifier: string; readonly nonce: string | null; readonly redirectUri: string },
  ): Promise<ProviderIdentity>;
}

/** A provider that is away, or that says what we do not take. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly problem: Extract<OauthProblem, 'provider_down' | 'answer_refused'>;

  constructor(problem: ProviderFailure['problem'], cause: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

/** Longest wait for one answer of a provider. */
export const providerTimeoutMs = 10_000;

const emailAddress = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** An address as we keep addresses; null for anything that is none. */
export function emailOf(value: unknown): string | null {
  return emailAddress.safeParse(value).data ?? null;
}
