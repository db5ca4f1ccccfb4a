import { createTestDatabase, type TestDatabase } from '@atelier/entities/test-database';
import { newId } from '@atelier/kernel/ids';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../telemetry/logger.ts';
import { SocketLeasesRepository } from './socket-leases.repository.ts';
import { type SocketLease, SocketLeases } from './socket-leases.ts';

const log = createLogger('silent');
const userId = newId();

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
  await t.pool.query(`INSERT INTO users (id, email, name, created_at) VALUES ($1, 'ada@example.com', 'Ada', now())`, [
    userId,
  ]);
});
beforeEach(async () => {
  await t.pool.query('DELETE FROM socket_servers');
});
afterAll(() => t.close());

/** What one process has, and how it is stopped. */
async function newProcess(limit: number): Promise<SocketLeases & AsyncDisposable> {
  const repository = new SocketLeasesRepository(t.db);
  const leases = new SocketLeases({ db: t.db, repository, serverId: newId(), limit, log });
  await leases.start();
  return Object.assign(leases, { [Symbol.asyncDispose]: () => leases.stop() });
}

const stored = async () => (await t.pool.query('SELECT 1 FROM socket_leases')).rowCount;
const isLease = (lease: SocketLease | null): lease is SocketLease => lease !== null;

test('processes that are asked at the same moment give out as many as may be, and not one more', async () => {
  await using one = await newProcess(8);
  await using two = await newProcess(8);
  await using three = await newProcess(8);
  for (let round = 0; round < 10; round += 1) {
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => [one, two, three].map((leases) => leases.take(userId))).flat(),
    );
    const taken = asked.filter(isLease);
    expect(taken).toHaveLength(8);
    for (const lease of taken) {
      lease.release();
      lease.release();
    }
    await expect.poll(stored).toBe(0);
  }
});

test('what cannot be given back is given back later, and counts here no more', async () => {
  const leases = await newProcess(1);
  const lease = await leases.take(userId);
  expect(await leases.take(userId)).toBeNull();
  await t.pool.query('ALTER TABLE socket_leases RENAME TO away');
  lease?.release();
  const counted = await leases.take(userId);
  expect(counted).not.toBeNull();
  expect(await leases.take(userId)).toBeNull();
  await t.pool.query('ALTER TABLE away RENAME TO socket_leases');

  await leases.stop();
  expect(await stored()).toBe(0);
});
