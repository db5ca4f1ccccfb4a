import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertSession, system } from '../test/fixtures.ts';
import { isUniqueViolation, sqlState } from './database-errors.ts';
import { Message } from './messages/message.entity.ts';
import type { Operation } from './operation.ts';
import { SessionHead } from './sessions/session-head.entity.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
  await t.pool.query('CREATE TABLE counters (id int PRIMARY KEY, value int NOT NULL)');
});
beforeEach(async () => {
  await t.pool.query('TRUNCATE counters');
  await t.pool.query('INSERT INTO counters VALUES (1, 0), (2, 0)');
});
afterAll(async () => await t.close());

const add = async (op: Operation, id: number) =>
  await t.db.query(op, 'UPDATE counters SET value = value + 1 WHERE id = $1', [id]);
const values = async () =>
  (await t.db.query<{ value: number }>(system, 'SELECT value FROM counters ORDER BY id', [])).map(({ value }) => value);
const failed = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => expect.fail('It succeeded.'),
    (error: unknown) => error,
  );

describe('a transaction', () => {
  test('commits what all of it did, and gives its result', async () => {
    const result = await t.db.transaction(system, async (op) => {
      await add(op, 1);
      expect(await values()).toEqual([0, 0]);
      await add(op, 2);
      return 'done';
    });

    expect(result).toBe('done');
    expect(await values()).toEqual([1, 1]);
  });

  test('that throws leaves nothing behind', async () => {
    const work = t.db.transaction(system, async (op) => {
      await add(op, 1);
      throw new Error('changed my mind');
    });

    await expect(work).rejects.toThrow('changed my mind');
    expect(await values()).toEqual([0, 0]);
  });

  test('joins the one around it: what it did goes when the outer one fails', async () => {
    const work = t.db.transaction(system, async (outer) => {
      await t.db.transaction(outer, async (inner) => {
        expect(inner.tx).toBe(outer.tx);
        await add(inner, 1);
      });
      expect(await values()).toEqual([0, 0]);
      throw new Error('outer');
    });

    await expect(work).rejects.toThrow('outer');
    expect(await values()).toEqual([0, 0]);
  });

  test('that has ended refuses queries, callbacks and managers instead of working outside of it', async () => {
    let stale: Operation = system;
    await t.db.transaction(system, async (op) => {
      stale = op;
    });

    await expect(add(stale, 1)).rejects.toThrow('already ended');
    expect(() => t.db.managerFor(stale)).toThrow('already ended');
    expect(() => t.db.afterCommit(stale, () => undefined)).toThrow('already ended');
    await expect(t.db.transaction(stale, async (op) => await add(op, 1))).rejects.toThrow('already ended');
    expect(await values()).toEqual([0, 0]);
  });

  test('of one database is none of another', async () => {
    await using other = await createTestDatabase();

    const work = t.db.transaction(system, async (op) => await other.db.query(op, 'SELECT 1', []));

    await expect(work).rejects.toThrow('already ended');
  });

  test('in which a failed statement was swallowed does not look committed', async () => {
    const told: string[] = [];
    // Often, because the failure may or may not arrive before the server says where it leaves the transaction.
    for (let round = 0; round < 50; round += 1) {
      const work = t.db.transaction(system, async (op) => {
        t.db.afterCommit(op, () => told.push('committed'));
        await add(op, 1);
        await t.db.query(op, 'INSERT INTO counters VALUES (2, 0)', []).catch(() => undefined);
      });
      await expect(work).rejects.toThrow('swallowed');
    }

    expect(await values()).toEqual([0, 0]);
    expect(told).toEqual([]);
  });

  test('gives its connection back, whether it succeeds or fails', async () => {
    await using one = await createTestDatabase({ poolSize: 1 });
    for (let round = 0; round < 3; round += 1) {
      await one.db.transaction(system, async (op) => await one.db.query(op, 'SELECT 1', []));
      await failed(one.db.transaction(system, async (op) => await one.db.query(op, 'SELECT broken', [])));
    }

    expect(await one.db.query(system, 'SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  });

  test('carries a job along: what the executor wrote goes with it', async () => {
    const insert = 'INSERT INTO counters VALUES ($1, 7) RETURNING value';
    const work = t.db.transaction(system, async (op) => {
      expect(await t.db.sqlExecutor(op).executeSql(insert, [3])).toEqual({ rows: [{ value: 7 }] });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await values()).toEqual([0, 0]);

    await t.db.transaction(system, async (op) => await t.db.sqlExecutor(op).executeSql(insert, [3]));
    expect(await values()).toEqual([0, 0, 7]);
  });
});

describe('what follows a commit', () => {
  test('runs once, in order, after the outermost commit and not before', async () => {
    const told: unknown[] = [];
    const look = async () => told.push(await values());

    let seen: Promise<unknown> = Promise.resolve();
    await t.db.transaction(system, async (outer) => {
      t.db.afterCommit(outer, () => {
        told.push('outer');
        seen = look();
      });
      await t.db.transaction(outer, async (inner) => {
        t.db.afterCommit(inner, () => told.push('inner'));
        await add(inner, 1);
      });
      expect(told).toEqual([]);
    });
    await seen;

    expect(told).toEqual(['outer', 'inner', [1, 0]]);
  });

  test('does not run when the transaction rolls back', async () => {
    const told: string[] = [];
    const work = t.db.transaction(system, async (op) => {
      t.db.afterCommit(op, () => told.push('committed'));
      await add(op, 1);
      throw new Error('no');
    });

    await expect(work).rejects.toThrow('no');
    expect(told).toEqual([]);
  });

  test('does not run when the commit itself is refused', async () => {
    await t.pool.query(`
      CREATE TABLE IF NOT EXISTS points (
        counter int REFERENCES counters (id) DEFERRABLE INITIALLY DEFERRED)`);
    const told: string[] = [];
    const work = t.db.transaction(system, async (op) => {
      t.db.afterCommit(op, () => told.push('committed'));
      await t.db.query(op, 'INSERT INTO points VALUES (99)', []);
    });

    expect(sqlState(await failed(work))).toBe('23503');
    expect(told).toEqual([]);
    await t.pool.query('DROP TABLE points');
  });

  test('runs at once outside of a transaction', () => {
    const told: string[] = [];
    t.db.afterCommit(system, () => told.push('now'));
    expect(told).toEqual(['now']);
  });

  test('runs also when what was to run before it fails, and nothing is tried again', async () => {
    const told: string[] = [];
    let attempts = 0;
    const work = t.db.transaction(system, async (op) => {
      attempts += 1;
      t.db.afterCommit(op, () => {
        throw Object.assign(new Error('a bug'), { code: '40001' });
      });
      t.db.afterCommit(op, () => told.push('second'));
      await add(op, 1);
    });

    await expect(work).rejects.toThrow('What follows the commit failed');
    expect(told).toEqual(['second']);
    expect(attempts).toBe(1);
    expect(await values()).toEqual([1, 0]);
  });
});

describe('a transaction that lost against another one', () => {
  /** Reads, lets `meanwhile` commit, then writes on what it read: PostgreSQL refuses that as a serialisation failure. */
  async function outrun(op: Operation, meanwhile: () => Promise<unknown>): Promise<void> {
    await t.db.query(op, 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', []);
    await t.db.query(op, 'SELECT value FROM counters WHERE id = 1', []);
    await meanwhile();
    await add(op, 1);
  }

  test('is tried again from the start, and only the try that committed is told', async () => {
    const told: number[] = [];
    let attempts = 0;
    await t.db.transaction(system, async (op) => {
      attempts += 1;
      const attempt = attempts;
      t.db.afterCommit(op, () => told.push(attempt));
      await outrun(op, async () => {
        if (attempt === 1) await add(system, 1);
      });
    });

    expect(attempts).toBe(2);
    expect(told).toEqual([2]);
    expect(await values()).toEqual([2, 0]);
  });

  test('is tried again as a whole when the nested part lost', async () => {
    const tries = { outer: 0, inner: 0 };
    await t.db.transaction(system, async (outer) => {
      tries.outer += 1;
      await t.db.transaction(outer, async (inner) => {
        tries.inner += 1;
        await outrun(inner, async () => {
          if (tries.inner === 1) await add(system, 1);
        });
      });
    });

    expect(tries).toEqual({ outer: 2, inner: 2 });
    expect(await values()).toEqual([2, 0]);
  });

  test('gives up after three tries', async () => {
    let attempts = 0;
    const work = t.db.transaction(system, async (op) => {
      attempts += 1;
      await outrun(op, async () => await add(system, 1));
    });

    expect(sqlState(await failed(work))).toBe('40001');
    expect(attempts).toBe(3);
    expect(await values()).toEqual([3, 0]);
  });

  test('in a deadlock is tried again, so that both commit', async () => {
    let attempts = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    let holders = 0;
    const crossing = async (first: number, second: number) =>
      await t.db.transaction(system, async (op) => {
        attempts += 1;
        await add(op, first);
        holders += 1;
        if (holders === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await add(op, second);
      });

    await Promise.all([crossing(1, 2), crossing(2, 1)]);

    expect(attempts).toBe(3);
    expect(await values()).toEqual([2, 2]);
  });

  test('is not tried again for any other failure', async () => {
    let attempts = 0;
    const work = t.db.transaction(system, async (op) => {
      attempts += 1;
      await t.db.query(op, 'INSERT INTO counters VALUES (1, 0)', []);
    });

    expect(isUniqueViolation(await failed(work))).toBe(true);
    expect(attempts).toBe(1);
  });
});

describe('rows', () => {
  test('hold bigint as number, from every way to PostgreSQL', async () => {
    const { id } = await insertSession(t.db, { events: 1 });
    await t.pool.query('UPDATE session_heads SET last_seq = $2 WHERE session_id = $1', [id, Number.MAX_SAFE_INTEGER]);
    const sql = 'SELECT last_seq AS "lastSeq" FROM session_heads WHERE session_id = $1';
    const expected = { lastSeq: Number.MAX_SAFE_INTEGER };

    expect(await t.db.query(system, sql, [id])).toEqual([expected]);
    expect((await t.pool.query(sql, [id])).rows).toEqual([expected]);
    const heads = t.db.managerFor(system).getRepository(SessionHead);
    expect(await heads.findOneBy({ sessionId: id })).toMatchObject(expected);
  });

  test('leave other types as they are', async () => {
    const rows = await t.db.query(system, `SELECT 1::int4 AS int4, 1.5::numeric AS numeric, 'x'::text AS text`, []);
    expect(rows).toEqual([{ int4: 1, numeric: '1.5', text: 'x' }]);
  });

  test.each([
    ['INSERT', 'INSERT INTO counters VALUES (5, 6) RETURNING id, value', [{ id: 5, value: 6 }]],
    ['UPDATE', 'UPDATE counters SET value = 9 WHERE id = 1 RETURNING id, value', [{ id: 1, value: 9 }]],
    ['UPDATE of nothing', 'UPDATE counters SET value = 9 WHERE id = 100 RETURNING id', []],
    ['DELETE', 'DELETE FROM counters WHERE id = 2 RETURNING id, value', [{ id: 2, value: 0 }]],
    ['SELECT of two', 'SELECT id FROM counters ORDER BY id', [{ id: 1 }, { id: 2 }]],
    ['WITH', 'WITH gone AS (DELETE FROM counters RETURNING id) SELECT count(*) FROM gone', [{ count: 2 }]],
  ])('are the answer to %s', async (_what, sql, expected) => {
    expect(await t.db.query(system, sql, [])).toEqual(expected);
  });

  test('are not looked for by a value that is not there: that would find a stranger’s', async () => {
    const { id } = await insertSession(t.db);
    const messages = t.db.managerFor(system).getRepository(Message);

    await expect(messages.findOneBy({ sessionId: id, seq: 1 })).resolves.toMatchObject({ role: 'user' });
    await expect(messages.findOneBy({ id: undefined })).rejects.toThrow(/undefined/i);
    const nothing: unknown = JSON.parse('{"id":null}');
    await expect(messages.findOneBy(Object(nothing))).rejects.toThrow(/null/i);
    await expect(messages.findOneBy({ id: newId() })).resolves.toBeNull();
  });
});

describe('waiting is bounded', () => {
  test('a statement ends within ten seconds', async () => {
    expect(await t.db.query(system, 'SHOW statement_timeout', [])).toEqual([{ statement_timeout: '10s' }]);
  });

  test('a connection is had within five seconds or not at all', async () => {
    await using one = await createTestDatabase({ poolSize: 1 });
    const waited = await one.db.transaction(system, async () => {
      const begun = performance.now();
      await expect(one.db.query(system, 'SELECT 1', [])).rejects.toThrow(/timeout/i);
      return performance.now() - begun;
    });

    expect(waited).toBeGreaterThan(4900);
    expect(waited).toBeLessThan(8000);
    expect(await one.db.query(system, 'SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  });
});
