import * as z from 'zod';
import { givenInstant, instant, userId } from './ids.ts';
import { isStorable, notStorable } from './plain-text.ts';

/**
 * What is recorded, and the event of OWASP's logging vocabulary it is:
 * https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html
 */
export const auditActions = {
  'sign_in.succeeded': 'authn_login_success',
  'sign_in.failed': 'authn_login_fail',
  'sign_in.locked': 'authn_login_lock',
  'sign_in.ended': 'authn_token_revoked',
  'sign_in.confirmed': 'authn_login_success',
  'sign_in.token_reused': 'authn_token_reuse',
  'password.changed': 'authn_password_change',
  'password.reset_requested': 'authn_password_change',
  'password.reset': 'authn_password_change',
  'email.verified': 'user_updated',
  'second_factor.added': 'user_updated',
  'second_factor.removed': 'user_updated',
  'recovery_codes.made': 'user_updated',
  'passkey.added': 'user_updated',
  'passkey.removed': 'user_updated',
  'account.linked': 'user_updated',
  'account.unlinked': 'user_updated',
  'profile.changed': 'user_updated',
  'api_key.created': 'authn_token_created',
  'api_key.revoked': 'authn_token_revoked',
  'user.created': 'user_created',
  'user.suspended': 'user_archived',
  'user.restored': 'user_updated',
  'user.role_changed': 'privilege_permissions_changed',
  'user.reset_started': 'authn_password_change',
  'owner.claimed': 'privilege_permissions_changed',
  'settings.changed': 'authz_admin',
  'organisation.created': 'sensitive_create',
  'organisation.renamed': 'sensitive_update',
  'organisation.archived': 'sensitive_delete',
  'organisation.restored': 'sensitive_update',
  'organisation.purged': 'sensitive_delete',
  'organisation.transferred': 'privilege_permissions_changed',
  'member.joined': 'privilege_permissions_changed',
  'member.left': 'privilege_permissions_changed',
  'member.removed': 'privilege_permissions_changed',
  'member.role_changed': 'privilege_permissions_changed',
  'invitation.created': 'sensitive_create',
  'invitation.resent': 'sensitive_update',
  'invitation.revoked': 'sensitive_delete',
  'invitation.accepted': 'sensitive_update',
  'invitation.declined': 'sensitive_update',
  'agent.created': 'authz_admin',
  'agent.changed': 'authz_admin',
  'agent.archived': 'authz_admin',
  'agent.version_restored': 'authz_admin',
  'pipeline.created': 'authz_admin',
  'pipeline.changed': 'authz_admin',
  'pipeline.archived': 'authz_admin',
  'approval_rule.changed': 'authz_admin',
  'approval_rule.removed': 'authz_admin',
  'call.approved': 'authz_change',
  'call.denied': 'authz_change',
  'audit.exported': 'sensitive_read',
  'audit.pruned': 'sensitive_delete',
  'provider.added': 'sensitive_create',
  'provider.changed': 'sensitive_update',
  'provider.connected': 'sensitive_update',
  'provider.access_changed': 'privilege_permissions_changed',
  'provider.removed': 'sensitive_delete',
  'models.added': 'sensitive_create',
  'model.changed': 'sensitive_update',
  'model.removed': 'sensitive_delete',
  'chain.created': 'sensitive_create',
  'chain.changed': 'sensitive_update',
  'chain.default_changed': 'sensitive_update',
  'chain.removed': 'sensitive_delete',
  'budget.changed': 'sensitive_update',
  'budget.removed': 'sensitive_delete',
  'mcp_server.added': 'sensitive_create',
  'mcp_server.changed': 'sensitive_update',
  'mcp_server.connected': 'sensitive_update',
  'mcp_server.removed': 'sensitive_delete',
  'mcp_tools.approved': 'authz_change',
  'mcp_tools.revoked': 'authz_change',
  'mcp_server.authorised': 'authn_token_created',
  'mcp_server.forgotten': 'authn_token_revoked',
  'session.deleted': 'sensitive_delete',
  'access.denied': 'authz_fail',
  'limit.exceeded': 'excess_rate_limit_exceeded',
} as const;

export type AuditAction = keyof typeof auditActions;
const actions = Object.keys(auditActions) as [AuditAction, ...AuditAction[]];
export const auditAction = z.enum(actions);

export const auditOutcome = z.enum(['ok', 'denied', 'failed']);
export type AuditOutcome = z.infer<typeof auditOutcome>;

/** One entry of the record. `change` holds names and roles, never a secret, a message or a file. */
export const auditEventDto = z.strictObject({
  /** Position in the organisation's record: 1, 2, 3 … without a gap. */
  seq: z.number().int().positive(),
  at: instant,
  event: z.string(),
  action: auditAction,
  actor: z.strictObject({ kind: z.string(), id: userId.nullable(), name: z.string().nullable() }),
  target: z.strictObject({ kind: z.string(), id: z.string().nullable() }),
  outcome: auditOutcome,
  reason: z.string().nullable(),
  change: z.record(z.string(), z.unknown()).nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
});
export type AuditEventDto = z.infer<typeof auditEventDto>;

/** Whose record: the current organisation's, or the installation's. */
export const auditScope = z.enum(['organisation', 'installation']);

export const auditFilter = z.strictObject({
  scope: auditScope.default('organisation'),
  action: auditAction.optional(),
  outcome: auditOutcome.optional(),
  actorId: userId.optional(),
  targetId: z.string().max(100).refine(isStorable, notStorable).optional(),
  from: givenInstant.optional(),
  to: givenInstant.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const listAuditInput = auditFilter.extend({
  limit: z.number().int().min(1).max(200).default(50),
  /** Entries before this one. */
  before: z.number().int().positive().optional(),
});

export const auditPage = z.strictObject({
  items: z.array(auditEventDto),
  /** Ask for entries `before` this; null at the end. */
  nextBefore: z.number().int().positive().nullable(),
});
export type AuditPage = z.infer<typeof auditPage>;

export const auditStatistics = z.strictObject({
  total: z.number().int().nonnegative(),
  byAction: z.array(z.strictObject({ action: auditAction, count: z.number().int().positive() })),
  byOutcome: z.strictObject({ ok: z.number().int(), denied: z.number().int(), failed: z.number().int() }),
  byDay: z.array(z.strictObject({ day: z.string(), count: z.number().int().positive() })),
  byActor: z.array(
    z.strictObject({ id: userId.nullable(), name: z.string().nullable(), count: z.number().int().positive() }),
  ),
});
export type AuditStatistics = z.infer<typeof auditStatistics>;

/** What verifying found. `problem` names the first entry that does not fit. */
export const auditVerdict = z.strictObject({
  checked: z.number().int().nonnegative(),
  problem: z
    .strictObject({
      seq: z.number().int().nonnegative(),
      kind: z.enum(['changed', 'missing', 'end_changed', 'key_missing']),
    })
    .nullable(),
});
export type AuditVerdict = z.infer<typeof auditVerdict>;
