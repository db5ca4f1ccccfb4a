import * as z from 'zod';
import { instant, invitationId, organisationId, userId } from './ids.ts';
import { linkToken } from './link-token.ts';
import { organisationRole } from './permissions.ts';
import { plainText } from './plain-text.ts';

const name = plainText({ max: 80 });
const email = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** One of my organisations. */
export const organisationSummary = z.strictObject({
  id: organisationId,
  name: z.string(),
  kind: z.enum(['personal', 'shared']),
  role: organisationRole,
  members: z.number().int().positive(),
  createdAt: instant,
  /** Set when it was deleted: its owner can restore it until `purgeAt`. */
  archivedAt: instant.nullable(),
  purgeAt: instant.nullable(),
});
export type OrganisationSummary = z.infer<typeof organisationSummary>;

export const createOrganisationInput = z.strictObject({ name });
export const renameOrganisationInput = z.strictObject({ name });
export const organisationRef = z.strictObject({ organisationId });
export const transferInput = z.strictObject({ userId });

export const memberDto = z.strictObject({
  userId,
  name: z.string(),
  /** Only administrators see addresses, and everybody their own. */
  email: z.string().nullable(),
  role: organisationRole,
  joinedAt: instant,
});
export type MemberDto = z.infer<typeof memberDto>;

export const listMembersInput = z.strictObject({
  limit: z.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).nullish(),
  /** Sent by tRPC's infinite queries. Pages are read in one direction only. */
  direction: z.literal('forward').optional(),
});
export const memberPage = z.strictObject({ items: z.array(memberDto), nextCursor: z.string().nullable() });
export type MemberPage = z.infer<typeof memberPage>;

export const memberRef = z.strictObject({ userId });
/** `owner` changes hands by a transfer only. */
export const changeMemberInput = z.strictObject({ userId, role: z.enum(['admin', 'member', 'viewer']) });

export const invitedRole = z.enum(['admin', 'member', 'viewer']);
export type InvitedRole = z.infer<typeof invitedRole>;

export const invitationDto = z.strictObject({
  id: invitationId,
  email: z.string(),
  role: invitedRole,
  delivery: z.enum(['mail', 'link']),
  state: z.enum(['open', 'accepted', 'declined', 'revoked', 'expired']),
  invitedBy: z.string().nullable(),
  createdAt: instant,
  expiresAt: instant,
});
export type InvitationDto = z.infer<typeof invitationDto>;

export const createInvitationInput = z.strictObject({
  email,
  role: invitedRole,
  /** `mail` sends it; `link` gives the link once, to hand on. */
  delivery: z.enum(['mail', 'link']),
});
export const invitationRef = z.strictObject({ invitationId });

/** A new invitation. `link` is shown this once, and only when it was asked for. */
export const invitationMade = z.strictObject({ invitation: invitationDto, link: z.string().nullable() });
export type InvitationMade = z.infer<typeof invitationMade>;

export const invitationTokenInput = z.strictObject({ token: linkToken });

/** What whoever holds the link may know before signing in. */
export const invitationPreview = z.strictObject({
  organisation: z.string(),
  inviter: z.string().nullable(),
  role: invitedRole,
  email: z.string(),
  expiresAt: instant,
});
export type InvitationPreview = z.infer<typeof invitationPreview>;
