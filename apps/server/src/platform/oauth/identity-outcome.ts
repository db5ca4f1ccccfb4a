import type { OauthProblem } from '@atelier/contracts/oauth';
import type { Operation } from '@atelier/entities/operation';
import type { CookieJar } from '../http/cookies.ts';
import type { Caller } from '../trpc/context.ts';
import type { ProviderIdentity } from './identity-provider.ts';

/** Who came back from a provider, as far as a browser says. */
export interface Visitor {
  readonly caller: Caller;
  readonly jar: CookieJar;
}

/** Somebody who is signed in and wants one more way to sign in. */
export interface LinkingPerson {
  readonly userId: string;
  readonly signInId: string;
}

/** How it went: where it should go on, or why it does not. */
export type Outcome =
  | {
      readonly isDone: true;
      /** A page of ours that has to be seen first. */
      readonly page?: string;
    }
  | { readonly isDone: false; readonly problem: OauthProblem };

export const done = { isDone: true } as const satisfies Outcome;

export function refusedFor(problem: OauthProblem): Outcome {
  return { isDone: false, problem };
}

/** What an identity is good for. The platform proves whose it is; what follows is the affair of a module. */
export interface IdentityOutcome {
  /** Signs the visitor in, or says why not. */
  signedIn(op: Operation, identity: ProviderIdentity, visitor: Visitor): Promise<Outcome>;
  /** Links the identity to the person, when the visitor is still signed in as that person, by that sign-in. */
  link(op: Operation, identity: ProviderIdentity, person: LinkingPerson, visitor: Visitor): Promise<Outcome>;
}
