import type { Permission } from '@atelier/contracts/permissions';
import type { Operation } from '@atelier/entities/operation';
import type { Principal } from '@atelier/entities/principal';
import type { CookieJar } from '../http/cookies.ts';
import type { Gate } from '../realtime/follow-session.ts';

/** How a caller came in, known before who it is. */
export interface Caller {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** The access token, if any was sent; not checked yet. */
  readonly accessToken: string | null;
}

export type SignedIn = Extract<Principal, { kind: 'user' }>;

/**
 * Who may go on with this token, from fresh data. Counted first, by whom the token says it is: what is refused costs no
 * query. @throws AppError `auth.required`, `request.too_many`.
 */
export type Authenticate = (caller: Caller) => Promise<SignedIn>;

/** Whether a caller holds a permission now. @throws AppError `permission.denied` and what else refuses it. */
export type Authorise = (principal: SignedIn, permission: Permission) => Promise<void>;

/** What a procedure is given. `services` is the composition's; platform does not know what is in it. */
export interface Context<TServices> {
  readonly caller: Caller;
  readonly op: Operation;
  readonly services: TServices;
  readonly authenticate: Authenticate;
  readonly authorise: Authorise;
  /** Present over HTTP only. */
  readonly cookies: CookieJar | null;
  /** Present over WebSocket only. */
  readonly gate: Gate | null;
}
