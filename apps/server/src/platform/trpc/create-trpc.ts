import type { WireError } from '@atelier/contracts/errors';
import type { Permission } from '@atelier/contracts/permissions';
import { AppError } from '@atelier/kernel/app-error';
import { errorCatalogue, httpStatusOf } from '@atelier/kernel/errors';
import { initTRPC, TRPCError } from '@trpc/server';
import { accountOf } from '../rate-limit/limit-subject.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { Turns } from '../rate-limit/turns.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Context } from './context.ts';
import type { RefusalRecorder } from './refusal.ts';
import { toAppError, toWireError } from './wire-errors.ts';

/** By RFC 5321; what is longer names no account. */
const longestEmail = 254;

/** Who may call a procedure. Declared once, by the procedure it is built from; the authorisation matrix reads it. */
export type Access = { readonly access: 'public' } | { readonly access: 'member'; readonly permission: Permission };

/** What every set of services must offer the procedures themselves. */
export interface Instruments {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly refusals: RefusalRecorder;
  readonly limiter: RateLimiter;
  readonly turns: Turns;
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

  /** What a socket carries is asked for anew after a cut: a change must not happen twice by that. */
  const overHttp = t.middleware(async ({ ctx, type, next }) => {
    if (type === 'mutation' && ctx.gate) throw new AppError('request.invalid');
    return await next();
  });

  const anyProcedure = t.procedure.use(measured).use(overHttp);

  /** For everybody. Counted by the address they come from. */
  const publicProcedure = anyProcedure.meta({ access: 'public' }).use(async ({ ctx, next }) => {
    await ctx.services.limiter.consume('visits', ctx.caller.ip);
    return await next();
  });

  /**
   * For everybody who tries to show who they are: passwords, codes, links. Counted by address, and by account where the
   * input names one as `email`.
   */
  const authLimited = anyProcedure.meta({ access: 'public' }).use(async ({ ctx, getRawInput, next }) => {
    const { limiter } = ctx.services;
    await limiter.consume('auth_by_address', ctx.caller.ip);
    const email = emailIn(await getRawInput());
    if (email !== null) await limiter.consume('auth_by_account', email);
    return await next();
  });

  /**
   * For signed-in people who hold the permission. Who it is, whether the sign-in and the membership still hold, and the
   * role are read for each call. One person's calls take turns, those of a batch and of a socket too; a subscription's
   * turn ends when it begins.
   */
  const takingTurns = anyProcedure.use(
    async ({ ctx, next }) => await ctx.services.turns.take(ctx.caller.accessToken ?? ctx.caller.ip, next),
  );
  const memberProcedure = (permission: Permission) =>
    takingTurns.meta({ access: 'member', permission }).use(async ({ ctx, path, next, getRawInput }) => {
      const principal = await ctx.authenticate(ctx.caller);
      const op = { ...ctx.op, principal };
      const refused = async (error: unknown) =>
        ctx.services.refusals.note(op, { procedure: path, error, input: await getRawInput().catch(() => null) });
      try {
        await ctx.authorise(principal, permission);
      } catch (error) {
        await refused(error);
        throw error;
      }
      const result = await next({ ctx: { principal, op } });
      if (!result.ok) await refused(result.error);
      return result;
    });

  return { router: t.router, publicProcedure, authLimited, memberProcedure };
}

/** Before it was checked: whoever sends something else is refused for that. */
function emailIn(input: unknown): string | null {
  const email: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, 'email') : null;
  const account = typeof email === 'string' ? accountOf(email) : '';
  return account !== '' && account.length <= longestEmail ? account : null;
}
