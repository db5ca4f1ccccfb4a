import { ConfigError } from './config.ts';

/** Says why the program cannot start, in one line when whoever starts it can mend it, and ends the process. */
export function endWith(error: unknown): never {
  const reason = sentenceFor(error) ?? error;
  process.stderr.write(
    `Atelier cannot start: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`,
  );
  process.exit(1);
}

/** A mistake of whoever starts it, in one sentence with what to do; null for what is ours. */
function sentenceFor(error: unknown): string | null {
  if (error instanceof ConfigError) return error.message;
  switch (error instanceof Error && 'code' in error ? error.code : '') {
    case 'EADDRINUSE':
      return 'the port is taken. Choose another one, for example: PORT=3001 npm start';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return 'the data directory cannot be written. Choose another one, for example: DATA_DIR=$HOME/atelier npm start';
    case 'ENOSPC':
      return 'the disk of the data directory is full.';
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
      return 'the database does not answer. Check DATABASE_URL.';
    case '42501':
      return 'the user of DATABASE_URL may not make what it needs. As an administrator of the database run once: CREATE ROLE atelier_member NOLOGIN; GRANT atelier_member TO <that user>; and make that user the owner of its database.';
    default:
      return null;
  }
}
