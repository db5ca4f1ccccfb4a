import { type OrganisationRole, organisationRole, type Permission, permissions } from '@atelier/contracts/permissions';

const all = Object.keys(permissions) as readonly Permission[]; // the keys of a constant table are its own

function isHeld(permission: Permission, role: OrganisationRole): boolean {
  const { held } = permissions[permission];
  return 'roles' in held && held.roles.some((holder) => holder === role);
}

/** What each role may do beyond the one below it, the least powerful first. From the server's own table. */
export function permissionsByRole(): readonly {
  readonly role: OrganisationRole;
  readonly own: readonly Permission[];
}[] {
  const rising = organisationRole.options.toReversed();
  return rising.map((role, index) => {
    const below = rising[index - 1];
    return { role, own: all.filter((name) => isHeld(name, role) && !(below && isHeld(name, below))) };
  });
}

/** What administrators of the installation may do besides. */
export function installationPermissions(): readonly Permission[] {
  return all.filter((name) => 'installation' in permissions[name].held);
}

/** Whether it wants a person who has shown a moment ago that it is them. */
export function isDangerous(permission: Permission): boolean {
  return 'isDangerous' in permissions[permission];
}
