import type { ProviderId } from '@atelier/contracts/oauth';
import type { Operation } from '@atelier/entities/operation';
import type { LinkingPerson } from './identity-outcome.ts';

/** A sign-in at a provider that is under way. Of state and browser only hashes are kept. */
export interface NewOauthState {
  readonly stateHash: Buffer;
  readonly provider: ProviderId;
  readonly verifier: string;
  readonly nonce: string | null;
  readonly returnPath: string;
  readonly browserHash: Buffer;
  /** Who links; null: somebody signs in. */
  readonly person: LinkingPerson | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export type TakenOauthState = Pick<NewOauthState, 'verifier' | 'nonce' | 'returnPath' | 'person'>;

/** Where sign-ins under way are kept. */
export interface OauthStates {
  insert(op: Operation, state: NewOauthState): Promise<void>;
  /** Takes it away, once, for the browser that began it; null: unknown, used, too old, or another browser's. */
  take(
    op: Operation,
    key: {
      readonly stateHash: Buffer;
      readonly provider: ProviderId;
      readonly browserHash: Buffer;
      readonly now: Date;
    },
  ): Promise<TakenOauthState | null>;
  /** Whether this state is of somebody who links. Takes nothing. */
  isLink(op: Operation, stateHash: Buffer): Promise<boolean>;
}
