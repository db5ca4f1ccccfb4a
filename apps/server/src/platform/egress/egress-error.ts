/** Why a request was not sent, or its answer not read. Holds no address: it may be told to a person. */
export type EgressRefusal = 'scheme' | 'credentials' | 'port' | 'address' | 'redirect' | 'encoding';

export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly reason: EgressRefusal;

  constructor(reason: EgressRefusal) {
    super(`A request to the outside was refused: ${reason}.`);
    this.reason = reason;
  }
}

/** The refusal that a failure goes back to, through the wrapping of whoever fetched; null when it is none. */
export function egressRefusalIn(error: unknown): EgressRefusal | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth += 1) {
    if (cause instanceof EgressError) return cause.reason;
    cause = cause.cause;
  }
  return null;
}
