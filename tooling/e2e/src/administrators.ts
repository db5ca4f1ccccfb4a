import pg from 'pg';
import type { RunningProgram } from './program.ts';

/** Gives somebody the installation to administer. */
export async function makeAdministrator(program: RunningProgram, email: string): Promise<void> {
  const database = new pg.Client(program.database);
  await database.connect();
  await database.query(`UPDATE users SET installation_role = 'admin' WHERE email = $1`, [email]);
  await database.end();
}
