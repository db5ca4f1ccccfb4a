import { runProgram } from './run-program.ts';

/** All roles in one process by default; `node dist/main.server.js server` leaves the work to workers. */
await runProgram({ server: true, worker: process.argv[2] !== 'server' });
