import type { TestProject } from 'vitest/node';
import { startTestServer, type TestServerAddress } from './test-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly postgres: TestServerAddress;
  }
}

/** For `globalSetup` of a vitest.config.ts: one PostgreSQL for the whole run, whose databases `createTestDatabase` makes. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide('postgres', server.address);
  return () => server.stop();
}
