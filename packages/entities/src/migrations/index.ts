import { CreateIdentity1763667000000 } from './1763667000000-create-identity.ts';
import { CreateSessions1763667100000 } from './1763667100000-create-sessions.ts';
import { CreateUploads1763667200000 } from './1763667200000-create-uploads.ts';
import { BindOauthStates1763900200000 } from './1763900200000-bind-oauth-states.ts';

/** In order. A migration that has been released is never changed: add another. */
export const migrations = [
  CreateIdentity1763667000000,
  CreateSessions1763667100000,
  CreateUploads1763667200000,
  BindOauthStates1763900200000,
] as const;
