import type { Operation } from '@atelier/entities/operation';
import { systemClock } from '@atelier/kernel/clock';
import { readConfig } from './config.ts';
import { AuditChain, AuditLog, AuditLogRepository, AuditService, installationRecord } from './modules/audit/index.ts';
import { openPostgres } from './platform/postgres/open-postgres.ts';
import { KeyRing } from './platform/secrets/key-ring.ts';
import { loadEncryptionKeys } from './platform/secrets/key-sources.ts';
import { createLogger } from './platform/telemetry/logger.ts';
import { endWith } from './start-failure.ts';

/** Reads every record of who did what and says where one is not what was written. Ends with 1 when there is such. */
try {
  const op: Operation = { principal: { kind: 'system' } };
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const keys = new KeyRing(await loadEncryptionKeys(config.encryptionKeys, config.dataDirectory));
  const postgres = await openPostgres({ ...config, log });
  const { db } = postgres;
  const rows = new AuditLogRepository(db);
  const chain = new AuditChain(keys);
  const audit = new AuditService({ db, rows, chain, log: new AuditLog({ db, rows, chain, clock: systemClock }) });
  let checked = 0;
  let problems = 0;
  for (const organisationId of await rows.records(op, installationRecord)) {
    const verdict = await audit.verifyRecord(op, organisationId);
    checked += verdict.checked;
    if (!verdict.problem) continue;
    problems += 1;
    log.error({ organisationId, ...verdict.problem }, 'a record is not what was written');
  }
  log.info({ checked, problems }, 'the records were read');
  await postgres.close();
  if (problems > 0) process.exitCode = 1;
} catch (error) {
  endWith(error);
}
