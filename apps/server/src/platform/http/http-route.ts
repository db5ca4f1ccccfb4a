import type { Operation } from '@atelier/entities/operation';
import type { Request, Response } from 'express';
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
} & (
  | { readonly access: 'public'; handle(exchange: Exchange): Promise<void> | void }
  | { readonly access: 'member'; handle(exchange: Exchange & { readonly principal: SignedIn }): Promise<void> | void }
);
