import { ConfigError, readConfig } from './config.ts';
import { openPostgres } from './platform/postgres/open-postgres.ts';
import { KeyRing } from './platform/secrets/key-ring.ts';
import { addEncryptionKey, loadEncryptionKeys } from './platform/secrets/key-sources.ts';
import { type Rewritten, rewriteSealed } from './platform/secrets/rewrite-sealed.ts';
import { SealedRowsRepository } from './platform/secrets/sealed-rows.repository.ts';
import { createLogger } from './platform/telemetry/logger.ts';
import { endWith } from './start-failure.ts';

/**
 * Adds an encryption key and seals everything again with it, beside running servers. With ENCRYPTION_KEYS, or
 * `--only-rewrite`, no key is added: everything is sealed with the newest one there is.
 */
async function rotate(options: readonly string[]): Promise<Rewritten> {
  const isRewriteOnly = options.includes('--only-rewrite');
  if (options.length > (isRewriteOnly ? 1 : 0)) throw new ConfigError('The only option is --only-rewrite.');
  const { encryptionKeys, dataDirectory, databaseUrl, logLevel } = readConfig();
  const log = createLogger(logLevel);
  const postgres = await openPostgres({ databaseUrl, dataDirectory, log });
  try {
    if (encryptionKeys) log.info({}, 'the keys are those of ENCRYPTION_KEYS: a new one is put in front there');
    else if (!isRewriteOnly) {
      log.info({ version: await addEncryptionKey(dataDirectory) }, 'a new encryption key was added');
    }
    const keys = new KeyRing(await loadEncryptionKeys(encryptionKeys, dataDirectory));
    const { db } = postgres;
    const result = await rewriteSealed({ db, rows: new SealedRowsRepository(db), keys, log });
    log.info(result, 'what was sealed with older keys was sealed again');
    return result;
  } finally {
    await postgres.close();
  }
}

try {
  const { unreadable } = await rotate(process.argv.slice(2));
  if (unreadable > 0) process.exitCode = 1;
} catch (error) {
  endWith(error);
}
