import { grantDto } from '@atelier/contracts/auth';
import {
  changeMemberInput,
  createInvitationInput,
  createOrganisationInput,
  invitationDto,
  invitationMade,
  invitationPreview,
  invitationRef,
  invitationTokenInput,
  listMembersInput,
  memberPage,
  memberRef,
  organisationRef,
  organisationSummary,
  renameOrganisationInput,
  transferInput,
} from '@atelier/contracts/organisations';
import * as z from 'zod';
import { followHints } from '../../platform/realtime/follow-hints.ts';
import { authLimited, memberProcedure, router } from '../../procedures.ts';

const nothing = z.strictObject({});

export const organisationsRouter = router({
  /** My organisations, the personal one first; deleted ones only while I can restore them. */
  list: memberProcedure('organisation.read')
    .output(z.array(organisationSummary))
    .query(async ({ ctx }) => [...(await ctx.services.organisations.list(ctx.op, ctx.principal))]),

  create: memberProcedure('organisation.create')
    .input(createOrganisationInput)
    .output(organisationSummary)
    .mutation(async ({ ctx, input }) => await ctx.services.organisations.create(ctx.op, ctx.principal, input)),

  /** A token for another of my organisations. Errors: `organisation.not_found`. */
  switch: memberProcedure('organisation.switch')
    .input(organisationRef)
    .output(grantDto)
    .mutation(
      async ({ ctx, input }) => await ctx.services.organisations.switchTo(ctx.op, ctx.principal, input.organisationId),
    ),

  /** Of the current one, like all that follows. Errors: `organisation.personal`. */
  rename: memberProcedure('organisation.rename')
    .input(renameOrganisationInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.organisations.rename(ctx.op, ctx.principal, input.name);
      return {};
    }),

  /** Deletes it: out of reach at once, gone after thirty days. Errors: `organisation.personal`. */
  archive: memberProcedure('organisation.delete')
    .output(nothing)
    .mutation(async ({ ctx }) => {
      await ctx.services.organisations.archive(ctx.op, ctx.principal);
      return {};
    }),

  /** Takes back the deletion of one I own. Errors: `organisation.not_found`. */
  restore: memberProcedure('organisation.create')
    .input(organisationRef)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.organisations.restore(ctx.op, ctx.principal, input.organisationId);
      return {};
    }),

  /** Makes another member the owner, and me an administrator. Errors: `organisation.personal`, `member.not_found`. */
  transfer: memberProcedure('organisation.transfer')
    .input(transferInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.organisations.transfer(ctx.op, ctx.principal, input.userId);
      return {};
    }),

  /** Errors: `organisation.personal`, `organisation.needs_owner`. */
  leave: memberProcedure('organisation.leave')
    .output(nothing)
    .mutation(async ({ ctx }) => {
      await ctx.services.members.leave(ctx.op, ctx.principal);
      return {};
    }),

  /**
   * A hint for each change to what I may do or to one of my organisations, from now on. Look at who is signed in after
   * connecting and at each hint.
   */
  changes: memberProcedure('organisation.read')
    .input(nothing)
    .subscription(async function* ({ ctx, signal }) {
      const at = { topic: 'access', key: ctx.principal.userId } as const;
      for await (const _ of followHints(ctx.services.hints, at, signal ?? AbortSignal.timeout(60_000))) yield {};
    }),

  /** In the order in which they joined, in pages. */
  members: memberProcedure('organisation.read')
    .input(listMembersInput)
    .output(memberPage)
    .query(async ({ ctx, input }) => await ctx.services.members.list(ctx.op, ctx.principal, input)),

  /** Errors: `member.not_found`, `permission.denied`. */
  changeRole: memberProcedure('member.change')
    .input(changeMemberInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.members.changeRole(ctx.op, ctx.principal, input.userId, input.role);
      return {};
    }),

  /** Errors: `member.not_found`, `permission.denied`. */
  removeMember: memberProcedure('member.change')
    .input(memberRef)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.members.remove(ctx.op, ctx.principal, input.userId);
      return {};
    }),
});

export const invitationsRouter = router({
  /** Of the current organisation, the newest first. */
  list: memberProcedure('invitation.read')
    .output(z.array(invitationDto))
    .query(async ({ ctx }) => [...(await ctx.services.invitations.list(ctx.op, ctx.principal))]),

  /** Errors: `organisation.personal`, `invitation.exists`, `permission.denied`. */
  create: memberProcedure('invitation.write')
    .input(createInvitationInput)
    .output(invitationMade)
    .mutation(async ({ ctx, input }) => await ctx.services.invitations.create(ctx.op, ctx.principal, input)),

  /** A new link; the one before is dead. Errors: `invitation.not_found`. */
  resend: memberProcedure('invitation.write')
    .input(invitationRef)
    .output(invitationMade)
    .mutation(
      async ({ ctx, input }) => await ctx.services.invitations.resend(ctx.op, ctx.principal, input.invitationId),
    ),

  /** Errors: `invitation.not_found`. */
  revoke: memberProcedure('invitation.write')
    .input(invitationRef)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.invitations.revoke(ctx.op, ctx.principal, input.invitationId);
      return {};
    }),

  /** What whoever holds the link may know, signed in or not. Errors: `invitation.not_found`. */
  preview: authLimited
    .input(invitationTokenInput)
    .output(invitationPreview)
    .query(async ({ ctx, input }) => await ctx.services.invitations.preview(ctx.op, input.token)),

  /** Joins, and tells which organisation. Errors: `invitation.not_found`, `invitation.other_address`. */
  accept: memberProcedure('invitation.answer')
    .input(invitationTokenInput)
    .output(organisationRef)
    .mutation(async ({ ctx, input }) =>
      organisationRef.parse(await ctx.services.invitations.accept(ctx.op, ctx.principal, input.token)),
    ),

  /** Errors: `invitation.not_found`, `invitation.other_address`. */
  decline: memberProcedure('invitation.answer')
    .input(invitationTokenInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.invitations.decline(ctx.op, ctx.principal, input.token);
      return {};
    }),
});
