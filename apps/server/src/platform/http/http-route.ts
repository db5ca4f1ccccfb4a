import type { Permission } from '@atelier/contracts/permissions';
import type { Operation } from '@atelier/entities/operation';
import type { Request, Response } from 'express';
import type { SharedLimit } from '../rate-limit/limits.ts';
import type { Caller, SignedIn } from '../trpc/context.ts';
import type { CookieJar } from './cookies.ts';

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly op: Operation;
  readonly caller: Caller;
  readonly cookies: CookieJar;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A route beside tRPC. It says who may call it, like a procedure; the authorisation matrix lists them all. */
export type HttpRoute = {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** Answers under names that are not ours too: for whoever watches the process from inside its network. */
  readonly anyHost?: true;
} & (
  | {
      readonly access: 'public';
      /** Counted by the address of the caller. */
      readonly limit?: SharedLimit;
      handle(exchange: Exchange): Promise<void> | void;
    }
  | {
      readonly access: 'member';
      readonly permission: Permission;
      handle(exchange: Exchange & { readonly principal: SignedIn }): Promise<void> | void;
    }
);
