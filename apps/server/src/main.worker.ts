import { runProgram } from './run-program.ts';

/** Runs and jobs only. Any number of these may share one database. */
await runProgram({ server: false, worker: true });
