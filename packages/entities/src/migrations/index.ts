import { CreateIdentity1763667000000 } from './1763667000000-create-identity.ts';
import { CreateSessions1763667100000 } from './1763667100000-create-sessions.ts';
import { CreateUploads1763667200000 } from './1763667200000-create-uploads.ts';
import { CreateSignIns1763900000000 } from './1763900000000-create-sign-ins.ts';
import { CreateOrganisationRecords1763900010000 } from './1763900010000-create-organisation-records.ts';
import { CreateLimits1763900100000 } from './1763900100000-create-limits.ts';
import { BindOauthStates1763900200000 } from './1763900200000-bind-oauth-states.ts';
import { RowLevelSecurity1763900300000 } from './1763900300000-row-level-security.ts';
import { StrongApiKeys1763900400000 } from './1763900400000-strong-api-keys.ts';
import { CreateModels1763900500000 } from './1763900500000-create-models.ts';
import { CreateApprovals1763900600000 } from './1763900600000-create-approvals.ts';
import { CreateCheckpoints1763900700000 } from './1763900700000-create-checkpoints.ts';
import { CreateSpans1763900800000 } from './1763900800000-create-spans.ts';
import { AccountForModels1764000100000 } from './1764000100000-account-for-models.ts';
import { CreateMcp1764000200000 } from './1764000200000-create-mcp.ts';
import { CreateAgents1764000300000 } from './1764000300000-create-agents.ts';
import { CreatePipelines1764000310000 } from './1764000310000-create-pipelines.ts';
import { SteerRuns1764000320000 } from './1764000320000-steer-runs.ts';
import { TellHowFullWindowsAre1764000330000 } from './1764000330000-tell-how-full-windows-are.ts';
import { ChooseModelsForRuns1764000331000 } from './1764000331000-choose-models-for-runs.ts';
import { KeepWhatWasPutBack1764000332000 } from './1764000332000-keep-what-was-put-back.ts';

/** In order. A migration that has been released is never changed: add another. */
export const migrations = [
  CreateIdentity1763667000000,
  CreateSessions1763667100000,
  CreateUploads1763667200000,
  CreateSignIns1763900000000,
  CreateOrganisationRecords1763900010000,
  CreateLimits1763900100000,
  BindOauthStates1763900200000,
  RowLevelSecurity1763900300000,
  StrongApiKeys1763900400000,
  CreateModels1763900500000,
  CreateApprovals1763900600000,
  CreateCheckpoints1763900700000,
  CreateSpans1763900800000,
  AccountForModels1764000100000,
  CreateMcp1764000200000,
  CreateAgents1764000300000,
  CreatePipelines1764000310000,
  SteerRuns1764000320000,
  TellHowFullWindowsAre1764000330000,
  ChooseModelsForRuns1764000331000,
  KeepWhatWasPutBack1764000332000,
] as const;
