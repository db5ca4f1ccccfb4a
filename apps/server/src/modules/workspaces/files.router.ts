import { fileContent, fileListing, fileRef, listFilesInput } from '@atelier/contracts/files';
import * as z from 'zod';
import { memberProcedure, router } from '../../procedures.ts';

export const filesRouter = router({
  /** One directory of a session's workspace. Errors: `session.not_found`, `file.not_found`, `file.name_invalid`. */
  list: memberProcedure('file.read')
    .input(listFilesInput)
    .output(fileListing)
    .query(async ({ ctx, input }) => await ctx.services.workspaces.list(ctx.op, ctx.principal, input)),

  /** A file's text, to be shown. Errors: `session.not_found`, `file.not_found`, `file.name_invalid`. */
  read: memberProcedure('file.read')
    .input(fileRef)
    .output(fileContent)
    .query(async ({ ctx, input }) => await ctx.services.workspaces.read(ctx.op, ctx.principal, input)),

  /** Removes a file, or a directory with all that is in it. Errors as for `read`. */
  remove: memberProcedure('file.write')
    .input(fileRef)
    .output(z.strictObject({}))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.workspaces.remove(ctx.op, ctx.principal, input);
      return {};
    }),
});
