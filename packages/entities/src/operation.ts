import type { Principal } from './principal.ts';

/** Stands for an open transaction. Only `Database` can make one or look inside. */
export interface Transaction {
  readonly isTransaction: true;
}

/** What every service and repository method takes first: who asks, and which transaction it belongs to. */
export interface Operation {
  readonly principal: Principal;
  readonly requestId?: string;
  readonly tx?: Transaction;
}
