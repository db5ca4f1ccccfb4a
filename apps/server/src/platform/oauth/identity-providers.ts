import type { SignInProvider } from '@atelier/contracts/oauth';
import { githubProvider } from './github-provider.ts';
import { googleProvider } from './google-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { OidcProvider } from './oidc-provider.ts';

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Null: not configured. */
export interface IdentityProvidersOptions {
  readonly google: (Client & { readonly url: string | null }) | null;
  readonly github: (Client & { readonly url: string; readonly apiUrl: string }) | null;
  readonly oidc: (Client & { readonly issuer: string; readonly name: string }) | null;
}

/** The providers that are configured. */
export class IdentityProviders {
  readonly #providers: readonly IdentityProvider[];

  constructor({ google, github, oidc }: IdentityProvidersOptions) {
    this.#providers = [
      google && googleProvider(google),
      github && githubProvider(github),
      oidc && new OidcProvider(oidc),
    ]
      // Array.filter narrows by a predicate only.
      .filter((provider): provider is IdentityProvider => provider !== null);
  }

  /** In the order of the buttons. */
  get list(): readonly SignInProvider[] {
    return this.#providers.map(({ id, name }) => ({ id, name }));
  }

  find(id: unknown): IdentityProvider | null {
    return this.#providers.find((provider) => provider.id === id) ?? null;
  }
}
