import { migrate } from '@atelier/entities/migrate';
import { readConfig } from './config.ts';
import { openPostgres } from './platform/postgres/open-postgres.ts';
import { createLogger } from './platform/telemetry/logger.ts';
import { endWith } from './start-failure.ts';

/** Brings the schema up to date and ends. */
try {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const postgres = await openPostgres({ ...config, log });
  const names = await migrate(postgres.db);
  log.info({ migrations: names }, names.length === 0 ? 'the schema was up to date' : 'migrated');
  await postgres.close();
} catch (error) {
  endWith(error);
}
