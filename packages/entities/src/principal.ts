import type { OrganisationId, SignInId, UserId } from '@atelier/contracts/ids';

/** On whose behalf something is done. `system` is the program itself: workers, timers, migrations. */
export type Principal =
  | {
      readonly kind: 'user';
      readonly userId: UserId;
      readonly organisationId: OrganisationId;
      readonly signInId: SignInId;
    }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'system' };
