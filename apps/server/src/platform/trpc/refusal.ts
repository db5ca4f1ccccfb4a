import type { Operation } from '@atelier/entities/operation';

/** What somebody who is signed in was not given. */
export interface Refusal {
  /** The procedure's path, or a route's method and path. */
  readonly procedure: string;
  readonly error: unknown;
  readonly input: unknown;
}

/** Whoever wants to know of refusals. Must return at once. */
export interface RefusalRecorder {
  note(op: Operation, refusal: Refusal): void;
}
