import type { Principal } from './principal.ts';

/** Stands for an open transaction. Only `Database` can make one or look inside. */
export interface Transaction {
  readonly isTransaction: true;
}

/** What every service and repository method takes first: who asks, and which transaction it belongs to. */
export interface Operation {
  readonly principal: Principal;
  readonly requestId?: string;
  /** Where the request came from; of work that nobody asked for there is none. */
  readonly origin?: { readonly ip: string; readonly userAgent: string };
  readonly tx?: Transaction;
}

/**
 * The same operation as the program itself: for what people cause but may not touch, such as sign-ins and secrets. Not
 * inside of a person's transaction, which is theirs to its end.
 */
export function asSystem(op: Operation): Operation {
  if (op.tx && op.principal.kind === 'user') throw new Error("A person's transaction cannot become the program's.");
  return { ...op, principal: { kind: 'system' } };
}
