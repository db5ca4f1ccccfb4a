import { startEmbeddedPostgres } from '../src/embedded-postgres.ts';

/** Starts the server of the directory that is its argument, says which it is, and stays until it is killed. */
async function main(directory: string): Promise<void> {
  const { pid, wasRunning } = await startEmbeddedPostgres({ directory });
  process.stdout.write(`${JSON.stringify({ pid, wasRunning })}\n`);
  setInterval(() => undefined, 60_000);
}

await main(process.argv[2] ?? '');
