import { OauthState } from './auth/oauth-state.entity.ts';
import { SessionToken } from './auth/session-token.entity.ts';
import { RateLimit } from './limits/rate-limit.entity.ts';
import { SocketLease } from './limits/socket-lease.entity.ts';
import { SocketServer } from './limits/socket-server.entity.ts';
import { Message } from './messages/message.entity.ts';
import { MessagePart } from './messages/message-part.entity.ts';
import { Membership } from './organisations/membership.entity.ts';
import { Organisation } from './organisations/organisation.entity.ts';
import { Run } from './runs/run.entity.ts';
import { AgentSession } from './sessions/agent-session.entity.ts';
import { SessionEvent } from './sessions/session-event.entity.ts';
import { SessionHead } from './sessions/session-head.entity.ts';
import { SessionTodos } from './sessions/session-todos.entity.ts';
import { Upload } from './uploads/upload.entity.ts';
import { Account } from './users/account.entity.ts';
import { User } from './users/user.entity.ts';

/** Every table of ours, in the order their foreign keys allow. */
export const entities = [
  User,
  Account,
  Organisation,
  Membership,
  SessionToken,
  OauthState,
  AgentSession,
  SessionHead,
  SessionTodos,
  Message,
  MessagePart,
  Run,
  SessionEvent,
  Upload,
  RateLimit,
  SocketServer,
  SocketLease,
] as const;
