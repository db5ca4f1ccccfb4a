import { argumentAttempts } from './argument-attempts.ts';
import type { Attempt } from './attempt.ts';
import { fileAttempts } from './file-attempts.ts';
import { limitAttempts } from './limit-attempts.ts';
import { networkAttempts } from './network-attempts.ts';
import { processAttempts } from './process-attempts.ts';
import { syscallAttempts } from './syscall-attempts.ts';

export const attempts: readonly Attempt[] = [
  ...fileAttempts,
  ...processAttempts,
  ...syscallAttempts,
  ...networkAttempts,
  ...argumentAttempts,
  ...limitAttempts,
];
