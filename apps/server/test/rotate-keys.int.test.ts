import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@atelier/entities/test-database';
import { newId } from '@atelier/kernel/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeyRing } from '../src/platform/secrets/key-ring.ts';
import { rewriteSealed } from '../src/platform/secrets/rewrite-sealed.ts';
import { type SealedColumn, sealedColumns } from '../src/platform/secrets/sealed-columns.ts';
import { SealedRowsRepository } from '../src/platform/secrets/sealed-rows.repository.ts';
import { createLogger } from '../src/platform/telemetry/logger.ts';

const system = { principal: { kind: 'system' } } as const;
const columns: readonly SealedColumn[] = [
  { table: 'notes', idColumn: 'id', column: 'token_sealed', purpose: 'provider-token' },
  { table: 'notes', idColumn: 'owner_id', column: 'secret_sealed', purpose: 'totp' },
];
const keys = [2, 1].map((version) => ({ version, key: randomBytes(32) }));
const old = new KeyRing({ current: () => keys.slice(1) });
const ring = new KeyRing({ current: () => keys });

let t: TestDatabase;
beforeEach(async () => {
  t = await createTestDatabase();
  await t.pool.query(
    'CREATE TABLE notes (id uuid PRIMARY KEY, owner_id uuid NOT NULL, token_sealed text, secret_sealed text)',
  );
});
afterEach(async () => await t.close());

const rewrite = () =>
  rewriteSealed({ db: t.db, rows: new SealedRowsRepository(t.db), keys: ring, log: createLogger('silent') }, columns);

interface Note {
  readonly id: string;
  readonly owner_id: string;
  readonly token_sealed: string | null;
  readonly secret_sealed: string | null;
}
const notes = async () => (await t.pool.query<Note>('SELECT * FROM notes ORDER BY id')).rows;

/** Rows of three each that have one owner, sealed by `by`; a seventh has no token. */
async function fill(count: number, by: KeyRing): Promise<void> {
  let owner = newId();
  const rows = Array.from({ length: count }, (_, n) => {
    if (n % 3 === 0) owner = newId();
    const id = newId();
    const token = n % 7 === 0 ? null : by.seal('provider-token', id, `token ${id}`);
    return { id, owner, token, secret: by.seal('totp', owner, `secret ${owner}`) };
  });
  await t.pool.query('INSERT INTO notes SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])', [
    rows.map(({ id }) => id),
    rows.map(({ owner }) => owner),
    rows.map(({ token }) => token),
    rows.map(({ secret }) => secret),
  ]);
}

function expectReadable(rows: readonly Note[], by: KeyRing): void {
  for (const { id, owner_id, token_sealed, secret_sealed } of rows) {
    if (token_sealed) expect(by.open('provider-token', id, token_sealed).toString()).toBe(`token ${id}`);
    expect(by.open('totp', owner_id, secret_sealed ?? '').toString()).toBe(`secret ${owner_id}`);
  }
}

test('everything is sealed again with the newest key, batch after batch, and once only', async () => {
  await fill(1203, old);

  const tokens = 1203 - Math.ceil(1203 / 7);
  expect(await rewrite()).toEqual({ rewritten: 1203 + tokens, unreadable: 0 });

  const rows = await notes();
  expectReadable(rows, new KeyRing({ current: () => keys.slice(0, 1) }));
  expect(rows.filter(({ token_sealed }) => token_sealed === null)).toHaveLength(1203 - tokens);
  expect(await rewrite()).toEqual({ rewritten: 0, unreadable: 0 });
  expect(await notes()).toEqual(rows);
});

test('a value that no key opens is left as it is, and does not keep the others from it', async () => {
  await fill(6, old);
  const [first] = await notes();
  await t.pool.query('UPDATE notes SET token_sealed = $1 WHERE id = (SELECT max(id::text)::uuid FROM notes)', [
    old.seal('provider-token', first?.id ?? '', 'of somebody else'),
  ]);

  expect(await rewrite()).toEqual({ rewritten: 5 - 1 + 6, unreadable: 1 });

  const rows = await notes();
  expect(rows.at(-1)?.token_sealed).toMatch(/^v1\./);
  expectReadable(rows.slice(0, -1), ring);
});

test('beside servers that write, nothing they write is lost', async () => {
  await fill(1500, old);
  const ids = (await notes()).map(({ id }) => id);
  let isDone = false;
  const written = new Map<string, string>();

  async function write(): Promise<void> {
    for (let n = 0; !isDone; n += 1) {
      const id = ids[(n * 37) % ids.length] ?? '';
      // Half of them do not know the new key yet.
      const by = n % 2 === 0 ? old : ring;
      await t.db.transaction(system, async (op) => {
        await t.db.query(op, 'UPDATE notes SET token_sealed = $2 WHERE id = $1', [
          id,
          by.seal('provider-token', id, `written ${n}`),
        ]);
      });
      written.set(id, `written ${n}`);
    }
  }
  const writing = write();
  await rewrite();
  isDone = true;
  await writing;
  await rewrite();

  const rows = await notes();
  expect(written.size).toBeGreaterThan(10);
  for (const { id, token_sealed } of rows) {
    if (token_sealed === null) continue;
    expect(ring.isCurrent(token_sealed)).toBe(true);
    expect(ring.open('provider-token', id, token_sealed).toString()).toBe(written.get(id) ?? `token ${id}`);
  }
});

test('every column of the schema that is called sealed is in the list', async () => {
  const { rows } = await t.pool.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed' AND table_name <> 'notes'`,
  );
  const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  expect(listed).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
});
