export { GapError } from '@atelier/contracts/fold';
export type { AppRouter } from '@atelier/server/app-router';
export type { AuditExport } from './audit-export.ts';
export type {
  ApiKeyClient,
  ApiKeyClientOptions,
  AtelierClient,
  ClientOptions,
  Registered,
  SignedIn,
  SignInResult,
} from './client.ts';
export { createClient } from './client.ts';
export type { ConnectionState } from './connection.ts';
export { errorOf, RouteError } from './errors.ts';
export { type UploadOptions, uploadUrl } from './files.ts';
export type { FollowOptions } from './follow-session.ts';
export type { SignInState, SignInStore } from './sign-in.ts';
