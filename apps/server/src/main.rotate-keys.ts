import { readConfig } from './config.ts';
import { openPostgres } from './platform/postgres/open-postgres.ts';
import { KeyRing } from './platform/secrets/key-ring.ts';
import { addEncryptionKey, loadEncryptionKeys } from './platform/secrets/key-sources.ts';
import { rewriteSealed } from './platform/secrets/rewrite-sealed.ts';
import { SealedRowsRepository } from './platform/secrets/sealed-rows.repository.ts';
import { createLogger } from './platform/telemetry/logger.ts';
import { endWith } from './start-failure.ts';

/**
 * Adds an encryption key and seals everything again with it, beside running servers. With ENCRYPTION_KEYS, or
 * `--only-rewrite`, no key is added: everything is sealed with the newest one there is.
 */
try {
  const options = process.argv.slice(2);
  const isRewriteOnly = options.includes('--only-rewrite');
  if (options.length > (isRewriteOnly ? 1 : 0)) throw new Error('The only option is --only-rewrite.');
  const config = readConfig();
  const log = createLogger(config.logLevel);
  if (config.encryptionKeys) log.info({}, 'the keys are those of ENCRYPTION_KEYS: a new one is put in front there');
  else if (!isRewriteOnly) {
    log.info({ version: await addEncryptionKey(config.dataDirectory) }, 'a new encryption key was added');
  }
  const keys = new KeyRing(await loadEncryptionKeys(config.encryptionKeys, config.dataDirectory));
  const postgres = await openPostgres({ ...config, log });
  const { db } = postgres;
  const result = await rewriteSealed({ db, rows: new SealedRowsRepository(db), keys, log });
  log.info(result, 'what was sealed with older keys was sealed again');
  await postgres.close();
  if (result.unreadable > 0) process.exitCode = 1;
} catch (error) {
  endWith(error);
}
