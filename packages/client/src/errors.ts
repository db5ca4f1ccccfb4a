import { type WireError, wireError } from '@atelier/contracts/errors';
import { errorCatalogue } from '@atelier/kernel/errors';

/**
 * What the server said of a failure: its code, a sentence for people, whether to try again. Null when it never
 * answered (the network is away) or the failure is not the server's.
 */
export function errorOf(error: unknown): WireError | null {
  if (typeof error !== 'object' || error === null) return null;
  const data: unknown = Reflect.get(error, 'data');
  const app: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'app') : Reflect.get(error, 'app');
  const parsed = wireError.safeParse(app);
  if (parsed.success) return parsed.data;
  // What we ourselves threw below tRPC comes out wrapped.
  return error instanceof Error && error.cause instanceof Error ? errorOf(error.cause) : null;
}

/** A refusal by one of the routes beside tRPC, in the same shape. */
export class RouteError extends Error {
  override readonly name = 'RouteError';
  readonly app: WireError | null;

  constructor(status: number, body: unknown) {
    const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : null;
    const parsed = wireError.safeParse(error);
    super(parsed.success ? parsed.data.message : `The server answered ${status}.`);
    this.app = parsed.success ? parsed.data : null;
  }
}

/**
 * The renewal before a call led to another organisation, because the person is no longer in the one that was shown. What
 * was meant for the one is not done in the other.
 */
export class OrganisationChangedError extends Error {
  override readonly name = 'OrganisationChangedError';
  readonly app: WireError = {
    code: 'organisation.changed',
    message: errorCatalogue['organisation.changed'].message,
    retryable: false,
  };
}
