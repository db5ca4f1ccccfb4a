import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { createTestDatabase } from './test-database.ts';
import { onServer } from './test-server.ts';

const document = path.resolve(import.meta.dirname, '../../../docs/architecture/database-security.md');
const users: string[] = [];

/** A login of its own, and a database that belongs to it. */
async function served(attributes: string) {
  const { host, user: administrator } = inject('postgres');
  const t = await createTestDatabase({ isEmpty: true });
  const database = String(t.connection.database);
  const user = `user_${database}`;
  users.push(user);
  const run = (sql: string) =>
    onServer({ host, user: administrator, database: 'postgres' }, (client) => client.query(sql));
  await run(`CREATE ROLE ${user} LOGIN NOSUPERUSER ${attributes}`);
  await run(`ALTER DATABASE ${database} OWNER TO ${user}`);
  const url = `postgresql://${user}@${encodeURIComponent(host)}/${database}`;
  const db = await Database.connect({ url, poolSize: 1 });
  const close = async () => {
    await db.close();
    await t.close();
  };
  return { db, user, run, [Symbol.asyncDispose]: close };
}

afterAll(async () => {
  const { host, user } = inject('postgres');
  for (const name of users) {
    await onServer({ host, user, database: 'postgres' }, (client) => client.query(`DROP ROLE ${name}`));
  }
});

test('a database user that may not make roles works once the documented lines were run', async () => {
  // The role belongs to the whole server: here another database has made it.
  await using _other = await createTestDatabase();
  await using t = await served('NOCREATEROLE');
  await expect(migrate(t.db)).rejects.toThrow(/permission denied/);

  const [, lines = ''] =
    /```sql\n([^`]*GRANT atelier_member TO atelier[^`]*)```/.exec(await readFile(document, 'utf8')) ?? [];
  expect(lines).toContain('CREATE ROLE atelier_member NOLOGIN;');
  await t.run(lines.replace('CREATE ROLE atelier_member NOLOGIN;', '').replace('TO atelier', `TO ${t.user}`));
  await migrate(t.db);
  await t.db.openToMembers();
});

test('a database user that may make roles needs nothing else', async () => {
  await using t = await served('CREATEROLE');
  // Under PostgreSQL 16 and later, whoever makes a role may hand it on, but not take it: that is granted apart.
  await t.run(`GRANT atelier_member TO ${t.user} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
  await migrate(t.db);
  await t.db.openToMembers();
});
