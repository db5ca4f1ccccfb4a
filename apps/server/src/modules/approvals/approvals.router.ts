import {
  approvalRuleDto,
  approvalRuleInput,
  approvalRuleRef,
  approvalRulesInput,
  ownApprovalRuleInput,
} from '@atelier/contracts/approvals';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const approvalsRouter = router({
  /** The rules that hold for the caller, the organisation's with them. Errors: `session.not_found`. */
  rules: memberProcedure('session.read')
    .input(approvalRulesInput)
    .output(z.array(approvalRuleDto))
    .query(async ({ ctx, input }) => [
      ...(await ctx.services.approvalRules.list(ctx.op, ctx.principal, input.sessionId)),
    ]),

  /** A rule of the caller's own; one for the same tool and pattern is changed. Errors: `session.not_found`, `rule.too_many`. */
  putRule: memberProcedure('run.start')
    .input(ownApprovalRuleInput)
    .output(approvalRuleDto)
    .mutation(async ({ ctx, input }) => await ctx.services.approvalRules.putOwn(ctx.op, ctx.principal, input)),

  /** Errors: `rule.not_found`. */
  removeRule: memberProcedure('run.start')
    .input(approvalRuleRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.approvalRules.removeOwn(ctx.op, ctx.principal, input.ruleId);
      return {};
    }),

  /** A rule for everybody in the organisation. Errors: `rule.too_many`. */
  putOrganisationRule: memberProcedure('approval_rule.administer')
    .input(approvalRuleInput)
    .output(approvalRuleDto)
    .mutation(async ({ ctx, input }) => await ctx.services.approvalRules.putOrganisation(ctx.op, ctx.principal, input)),

  /** Errors: `rule.not_found`. */
  removeOrganisationRule: memberProcedure('approval_rule.administer')
    .input(approvalRuleRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.approvalRules.removeOrganisation(ctx.op, ctx.principal, input.ruleId);
      return {};
    }),
});
