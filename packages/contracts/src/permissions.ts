import * as z from 'zod';

/** What a person is in an organisation, the most powerful first. */
export const organisationRole = z.enum(['owner', 'admin', 'member', 'viewer']);
export type OrganisationRole = z.infer<typeof organisationRole>;

/** What a person is in the installation as a whole. There is one owner at most. */
export const installationRole = z.enum(['owner', 'admin', 'user']);
export type InstallationRole = z.infer<typeof installationRole>;

/** What an API key may be used for. Each holds what stands before it. */
export const scope = z.enum(['read', 'write', 'admin']);
export type Scope = z.infer<typeof scope>;

/** How long after proving who they are a person may do what is dangerous. */
export const freshForMs = 15 * 60_000;

interface Rule {
  /** Who holds it: roles in the current organisation, or roles in the installation. */
  readonly held:
    | { readonly roles: readonly OrganisationRole[] }
    | { readonly installation: readonly InstallationRole[] };
  /** What an API key needs for it. Without one no key holds it: a person has to be there. */
  readonly scope?: Scope;
  /** Wants a person who has proved lately who they are. */
  readonly isDangerous?: true;
  /** Wants a second factor when the installation asks one of administrators. */
  readonly isAdministrative?: true;
}

const everybody = { roles: ['owner', 'admin', 'member', 'viewer'] } as const;
const writers = { roles: ['owner', 'admin', 'member'] } as const;
const administrators = { roles: ['owner', 'admin'] } as const;
const owner = { roles: ['owner'] } as const;
const installationAdmins = { installation: ['owner', 'admin'] } as const;

/** Every permission there is, and who holds it. What is not listed, nobody may. */
export const permissions = {
  'session.read': { held: everybody, scope: 'read' },
  'session.write': { held: writers, scope: 'write' },
  'run.start': { held: writers, scope: 'write' },
  'file.read': { held: everybody, scope: 'read' },
  'file.write': { held: writers, scope: 'write' },
  'terminal.use': { held: writers },

  'mcp_server.use': { held: writers },
  'mcp_server.administer': { held: administrators, isAdministrative: true },

  'approval_rule.administer': { held: administrators, scope: 'admin', isAdministrative: true },

  'agent.administer': { held: administrators, scope: 'admin', isAdministrative: true },

  'account.read': { held: everybody, scope: 'read' },
  'account.write': { held: everybody },
  'account.secure': { held: everybody, isDangerous: true },

  'organisation.read': { held: everybody, scope: 'read' },
  'organisation.create': { held: everybody },
  'organisation.switch': { held: everybody },
  'organisation.leave': { held: everybody },
  'organisation.rename': { held: administrators, scope: 'admin', isAdministrative: true },
  'organisation.delete': { held: owner, isDangerous: true, isAdministrative: true },
  'organisation.transfer': { held: owner, isDangerous: true, isAdministrative: true },
  'member.change': { held: administrators, scope: 'admin', isAdministrative: true },
  'invitation.read': { held: administrators, scope: 'admin', isAdministrative: true },
  'invitation.write': { held: administrators, scope: 'admin', isAdministrative: true },
  'invitation.answer': { held: everybody },
  'model.read': { held: everybody, scope: 'read' },
  'chain.administer': { held: administrators, scope: 'admin', isAdministrative: true },
  'api_key.administer': { held: administrators, isAdministrative: true },
  'audit.read': { held: administrators, scope: 'admin', isAdministrative: true },
  'usage.read': { held: administrators, scope: 'admin', isAdministrative: true },
  'budget.administer': { held: administrators, scope: 'admin', isAdministrative: true },
  'trace.search': { held: administrators, scope: 'admin', isAdministrative: true },

  'installation.read': { held: installationAdmins, isAdministrative: true },
  'installation.write': { held: installationAdmins, isDangerous: true, isAdministrative: true },
  'model.administer': { held: installationAdmins, isAdministrative: true },
  'model.connect': { held: installationAdmins, isDangerous: true, isAdministrative: true },
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof permissions;

/** Who asks, as far as permissions care. */
export interface Asker {
  readonly role: OrganisationRole;
  readonly installationRole: InstallationRole;
  readonly credential:
    | { readonly kind: 'sign_in'; readonly authenticatedAt: Date; readonly isStrong: boolean }
    | { readonly kind: 'api_key' | 'external'; readonly scopes: readonly Scope[]; readonly isStrong: boolean };
}

/**
 * Why somebody may not: `role` they do not hold it; `scope` their key does not; `person` no key may, a person has to be
 * there; `fresh` they have to prove who they are again; `second_factor` they need to sign in with
 * two factors, or a key made by such a sign-in.
 */
export type Denial = 'role' | 'scope' | 'person' | 'fresh' | 'second_factor';

/** The one policy: whether `asker` holds `permission` now. Null when they do. */
export function denialOf(
  asker: Asker,
  permission: Permission,
  conditions: { readonly now: Date; readonly adminsNeedSecondFactor: boolean },
): Denial | null {
  const rule: Rule = permissions[permission];
  const { credential } = asker;
  if (!holds(asker, rule)) return 'role';
  if (credential.kind !== 'sign_in') {
    if (!rule.scope) return 'person';
    if (!credential.scopes.some((given) => scopeOrder[given] >= scopeOrder[rule.scope ?? 'admin'])) return 'scope';
  }
  if (rule.isAdministrative && conditions.adminsNeedSecondFactor && !credential.isStrong) return 'second_factor';
  if (credential.kind !== 'sign_in') return null;
  const age = conditions.now.getTime() - credential.authenticatedAt.getTime();
  return rule.isDangerous && age > freshForMs ? 'fresh' : null;
}

const scopeOrder: Readonly<Record<Scope, number>> = { read: 0, write: 1, admin: 2 };

function holds(asker: Pick<Asker, 'role' | 'installationRole'>, rule: Rule): boolean {
  if ('installation' in rule.held) return rule.held.installation.includes(asker.installationRole);
  return rule.held.roles.includes(asker.role);
}

/** Whether a role in an organisation is enough for a permission, whatever the person came by. */
export function isHeldBy(role: OrganisationRole, permission: Permission): boolean {
  return holds({ role, installationRole: 'user' }, permissions[permission]);
}

/** Whether a role in an organisation stands at least as high as another: nobody gives or takes more than they have. */
export function isAtLeast(role: OrganisationRole, other: OrganisationRole): boolean {
  return organisationRole.options.indexOf(role) <= organisationRole.options.indexOf(other);
}
