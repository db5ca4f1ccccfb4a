import type { WireError } from '@atelier/contracts/errors';
import type { Permission } from '@atelier/contracts/permissions';
import { errorCatalogue, httpStatusOf } from '@atelier/kernel/errors';
import { initTRPC, TRPCError } from '@trpc/server';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Context } from './context.ts';
import { toAppError, toWireError } from './wire-errors.ts';

/** Who may call a procedure. Declared once, by the procedure it is built from; the authorisation matrix reads it. */
export type Access = { readonly access: 'public' } | { readonly access: 'member'; readonly permission: Permission };

/** What every set of services must offer the procedures themselves. */
export interface Instruments {
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The grammar of our procedures: every one is measured, refused by the error contract, and says who may call it. */
export function createTrpc<TServices extends Instruments>() {
  const t = initTRPC
    .context<Context<TServices>>()
    .meta<Access>()
    .create({
      isDev: false,
      errorFormatter({ shape, error, ctx }) {
        const appError = toAppError(error);
        const app: WireError = toWireError(appError, ctx?.caller.requestId);
        return {
          ...shape,
          message: errorCatalogue[appError.code].message,
          data: {
            code: errorCatalogue[appError.code].kind,
            httpStatus: httpStatusOf[errorCatalogue[appError.code].kind],
            path: shape.data.path,
            app,
          },
        };
      },
      sse: { enabled: false },
    });

  const measured = t.middleware(async ({ ctx, path, type, next }) => {
    const startedAt = performance.now();
    const result = await next();
    const seconds = (performance.now() - startedAt) / 1000;
    const { log, metrics } = ctx.services;
    const code = result.ok ? null : toAppError(result.error).code;
    metrics.requestSeconds.observe({ procedure: path, kind: type, outcome: code ?? 'ok' }, seconds);
    if (result.ok || code === null) return result;
    if (code === 'internal.unexpected' || code === 'service.unavailable') {
      log.error({ requestId: ctx.caller.requestId, procedure: path, error: result.error }, 'a procedure failed');
    }
    // tRPC takes the HTTP status from the code of what is thrown.
    throw new TRPCError({ code: errorCatalogue[code].kind, cause: toAppError(result.error) });
  });

  const publicProcedure = t.procedure.meta({ access: 'public' }).use(measured);

  /**
   * For signed-in people who hold the permission. Who it is, whether the sign-in and the membership still hold, and the
   * role are read for each call.
   */
  const memberProcedure = (permission: Permission) =>
    t.procedure
      .meta({ access: 'member', permission })
      .use(measured)
      .use(async ({ ctx, next }) => {
        const principal = await ctx.authenticate(ctx.caller);
        await ctx.authorise(principal, permission);
        return await next({ ctx: { principal, op: { ...ctx.op, principal } } });
      });

  return { router: t.router, publicProcedure, memberProcedure };
}
