import type { Permission } from '@atelier/contracts/permissions';
import type { Operation } from '@atelier/entities/operation';
import type { Request, Response } from 'express';
import type { SignedIn } from '../trpc/context.ts';

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly op: Operation;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A route beside tRPC. It says who may call it, like a procedure; the authorisation matrix lists them all. */
export type HttpRoute = {
  readonly method: 'get' | 'post';
  readonly path: string;
} & (
  | { readonly access: 'public'; handle(exchange: Exchange): Promise<void> | void }
  | {
      readonly access: 'member';
      readonly permission: Permission;
      handle(exchange: Exchange & { readonly principal: SignedIn }): Promise<void> | void;
    }
);
