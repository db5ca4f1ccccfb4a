import type { Clock } from '@atelier/kernel/clock';
import type { Config } from '../config.ts';

export interface Roles {
  /** HTTP and WebSocket. */
  readonly server: boolean;
  /** Runs and jobs. */
  readonly worker: boolean;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly roles: Roles;
  readonly clock?: Clock;
  /** Where the built web app lies. */
  readonly webDirectory: string;
}
