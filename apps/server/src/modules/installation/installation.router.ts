import { changeSettingsInput, installationSettings } from '@atelier/contracts/installation';
import { memberProcedure, router } from '../../procedures.ts';

export const installationRouter = router({
  /** What the installation is set to. */
  settings: memberProcedure('installation.read')
    .output(installationSettings)
    .query(async ({ ctx }) => await ctx.services.settings.current()),

  /** Changes what is given and leaves the rest. Holds at once here, and within seconds in other processes. */
  changeSettings: memberProcedure('installation.write')
    .input(changeSettingsInput)
    .output(installationSettings)
    .mutation(async ({ ctx, input }) => await ctx.services.settings.change(ctx.op, ctx.principal, input)),
});
