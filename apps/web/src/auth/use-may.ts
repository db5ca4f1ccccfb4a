import type { IdentityDto } from '@atelier/contracts/auth';
import { denialOf, type Permission } from '@atelier/contracts/permissions';
import { useIdentity } from './identity.ts';

/**
 * Whether the role of whoever is signed in holds the permission: by the server's own policy, as for somebody who has
 * just signed in by two factors. What else the server may ask for, it asks when it is done.
 */
export function may({ user, organisation }: IdentityDto, permission: Permission): boolean {
  const now = new Date();
  const asker = {
    role: organisation.role,
    installationRole: user.installationRole,
    credential: { kind: 'sign_in', authenticatedAt: now, isStrong: true },
  } as const;
  return denialOf(asker, permission, { now, adminsNeedSecondFactor: true }) === null;
}

/** Offers only what may be done: nothing is shown that would be refused for the role. */
export function useMay(permission: Permission): boolean {
  const identity = useIdentity();
  return identity !== null && may(identity, permission);
}
