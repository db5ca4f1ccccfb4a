/** What a client shows of itself: an access token that is renewed, or a key that stays. */
export interface TokenSource {
  /** The organisation it is for, as far as is known. */
  readonly organisationId: string | null;
  /** Null: nobody is signed in. */
  token(): Promise<string | null>;
  /** A fresh one, after the last one was refused; null: there is none to be had. */
  renew(): Promise<string | null>;
}
