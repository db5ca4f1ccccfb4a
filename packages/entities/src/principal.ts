import type { ApiKeyId, OrganisationId, SignInId, UserId } from '@atelier/contracts/ids';
import type { InstallationRole, OrganisationRole, Scope } from '@atelier/contracts/permissions';

/** What a person's call came with. Keys and tokens from elsewhere are narrowed by scopes; a sign-in is not. */
export type Credential =
  | {
      readonly kind: 'sign_in';
      readonly id: SignInId;
      /** When the person last proved who they are. */
      readonly authenticatedAt: Date;
      /** Whether they did it with two factors, or with a passkey. */
      readonly isStrong: boolean;
    }
  | {
      readonly kind: 'api_key';
      readonly id: ApiKeyId;
      readonly scopes: readonly Scope[];
      /** Whether the sign-in that made it was. */
      readonly isStrong: boolean;
    }
  | {
      readonly kind: 'external';
      readonly id: string;
      readonly scopes: readonly Scope[];
      /** Whether the issuer says that the person showed more than one factor (`amr`, RFC 8176). */
      readonly isStrong: boolean;
    };

/** On whose behalf something is done. `system` is the program itself: workers, timers, migrations, sign-in. */
export type Principal =
  | {
      readonly kind: 'user';
      readonly userId: UserId;
      readonly organisationId: OrganisationId;
      readonly role: OrganisationRole;
      readonly installationRole: InstallationRole;
      readonly credential: Credential;
    }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'system' };
