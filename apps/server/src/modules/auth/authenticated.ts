import type { SignedIn } from '../../platform/trpc/context.ts';

/** Who somebody is, and until when what they showed says so; null: until it is revoked. */
export interface Authenticated {
  readonly principal: SignedIn;
  readonly endsAt: Date | null;
}
