import { randomUUID } from 'node:crypto';
import type { Bench } from '../bench.ts';
import { KeptConnection } from '../clients/kept-connection.ts';
import { p50 } from '../statistics.ts';
import { judge, ms } from '../table.ts';
import type { Measure } from './measure.ts';

const warmUps = 20;
const samples = 200;
/** Failures in a row that cost no wait yet: each known address is tried so often and no more. */
const triesForEach = 4;

/** What the time of a refusal says about what is there. */
export const tellTale: Measure = {
  name: 'tell-tale',
  async run(bench) {
    const ids = await timesOfIds(bench);
    const signIns = await timesOfSignIns(bench);
    const apart = Math.abs(p50(signIns.known) / p50(signIns.unknown) - 1);
    return [
      {
        measure: 'a foreign id and one of nothing, p50',
        ours: `${ms(p50(ids.known))} and ${ms(p50(ids.unknown))}`,
        ...judge({ figure: Math.abs(p50(ids.known) - p50(ids.unknown)), limit: 5, unit: ' ms' }),
      },
      {
        measure: 'a wrong password, known and unknown address, p50',
        ours: `${ms(p50(signIns.known))} and ${ms(p50(signIns.unknown))}`,
        ...judge({ figure: apart * 100, limit: 10, unit: ' %' }),
      },
    ];
  },
};

interface Times {
  readonly known: readonly number[];
  readonly unknown: readonly number[];
}

async function timesOfIds(bench: Bench): Promise<Times> {
  const { url } = await bench.server();
  const foreign = await bench.sessionId();
  const stranger = await bench.register('stranger@example.com');
  using connection = new KeptConnection({ token: stranger.grant.accessToken });
  const ask = async (sessionId: string) => {
    const input = encodeURIComponent(JSON.stringify({ sessionId }));
    expectStatus(404, await connection.ask(`${url}/trpc/sessions.open?input=${input}`));
  };
  return await inTurn(
    () => ask(foreign),
    () => ask(randomUUID()),
  );
}

async function timesOfSignIns(bench: Bench): Promise<Times> {
  const { url } = await bench.server();
  await insertPeople(bench, Math.ceil((samples + warmUps) / triesForEach));
  using connection = new KeptConnection({ origin: url });
  const ask = async (email: string) => {
    const body = JSON.stringify({ email, password: randomUUID() });
    expectStatus(401, await connection.ask(`${url}/trpc/auth.signIn`, body));
  };
  let tries = 0;
  return await inTurn(
    () => ask(`known-${Math.floor(tries++ / triesForEach)}@example.com`),
    () => ask(`${randomUUID()}@example.com`),
  );
}

/** People with the bench account's password, which nobody types. */
async function insertPeople(bench: Bench, count: number): Promise<void> {
  const { user } = (await bench.account()).grant.identity;
  await bench.sql(
    `WITH made AS (
       INSERT INTO users (id, email, name, created_at)
       SELECT gen_random_uuid(), 'known-' || n || '@example.com', 'Known', now() FROM generate_series(0, $2::int) n
       RETURNING id)
     INSERT INTO accounts (id, user_id, provider, issuer, subject, password_hash, created_at)
     SELECT gen_random_uuid(), made.id, own.provider, own.issuer, made.id::text, own.password_hash, now()
       FROM made, accounts own WHERE own.user_id = $1`,
    [user.id, count],
  );
}

/** Both in turn, so that they meet the same machine; the first do not count. */
async function inTurn(known: () => Promise<void>, unknown: () => Promise<void>): Promise<Times> {
  const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
  for (let sample = -warmUps; sample < samples; sample += 1) {
    for (const [side, work] of [['known', known] as const, ['unknown', unknown] as const]) {
      const startedAt = performance.now();
      await work();
      if (sample >= 0) times[side].push(performance.now() - startedAt);
    }
  }
  return times;
}

function expectStatus(expected: number, answer: { readonly status: number; readonly body: string }): void {
  if (answer.status !== expected) throw new Error(`${answer.status}: ${answer.body.slice(0, 300)}`);
}
