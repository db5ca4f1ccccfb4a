import {
  auditFilter,
  auditPage,
  auditScope,
  auditStatistics,
  auditVerdict,
  listAuditInput,
} from '@atelier/contracts/audit';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const auditRouter = router({
  /** The record of the current organisation or, for its administrators, of the installation. Newest first. */
  list: memberProcedure('audit.read')
    .input(listAuditInput)
    .output(auditPage)
    .query(async ({ ctx, input }) => await ctx.services.audit.page(ctx.op, ctx.principal, input)),

  statistics: memberProcedure('audit.read')
    .input(auditFilter)
    .output(auditStatistics)
    .query(async ({ ctx, input }) => await ctx.services.audit.statistics(ctx.op, ctx.principal, input)),

  /** Reads the whole record and tells whether an entry was changed, removed or moved since it was written. */
  verify: memberProcedure('audit.read')
    .input(z.strictObject({ scope: auditScope.default('organisation') }))
    .output(auditVerdict)
    .query(async ({ ctx, input }) => await ctx.services.audit.verify(ctx.op, ctx.principal, input)),
});
