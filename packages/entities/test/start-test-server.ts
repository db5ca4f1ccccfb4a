import { startTestServer } from '../src/test-server.ts';

/** Starts a test server, says which it is, and stays until it is killed. */
const { pid, directory } = await startTestServer();
process.stdout.write(`${JSON.stringify({ pid, directory })}\n`);
setInterval(() => undefined, 60_000);
