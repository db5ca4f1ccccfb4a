import type { Bench } from '../bench.ts';
import { KeptConnection } from '../clients/kept-connection.ts';
import { at, numberAt } from '../fields.ts';
import { p50 } from '../statistics.ts';
import { judge, ms, type Row } from '../table.ts';
import type { Measure } from './measure.ts';
import { insertMessages, insertSessions } from './page-rows.ts';

const few = 1000;
const many = 100_000;
const warmUps = 100;
const samples = 300;

interface Costs {
  readonly ours: number;
  readonly bare: number;
}
interface Page {
  readonly title: string;
  /** The nth call: pages from different places of the list, where the list has places. */
  readonly ours: (call: number) => string;
  readonly bare: (call: number) => string;
}

/** A page of a list, as its caller waits for it, against one query for the same rows. */
export const pages: Measure = {
  name: 'pages',
  async run(bench) {
    const session = await bench.sessionId();
    await insertSessions(bench, 1, few);
    await insertMessages(bench, session, 1, few);
    const small = await measureAll(bench, session, few);
    await insertSessions(bench, few + 1, many);
    await insertMessages(bench, session, few + 1, many);
    const large = await measureAll(bench, session, many);
    return [...small.keys()].flatMap((title) => rows(title, costsOf(small, title), costsOf(large, title)));
  },
};

function rows(title: string, small: Costs, large: Costs): readonly Row[] {
  const line = (size: string, costs: Costs) => ({
    measure: `${title}, ${size} rows, p50`,
    ours: ms(costs.ours),
    bare: ms(costs.bare),
    ...judge({ figure: costs.ours / costs.bare, limit: 3, unit: '×' }),
  });
  return [
    line('1,000', small),
    line('100,000', large),
    {
      measure: `${title}, 100,000 rows to 1,000`,
      ours: `${ms(large.ours)} to ${ms(small.ours)}`,
      ...judge({ figure: large.ours / small.ours, limit: 1.5, unit: '×' }),
    },
  ];
}

async function measureAll(bench: Bench, session: string, rowCount: number): Promise<ReadonlyMap<string, Costs>> {
  const { url } = await bench.server();
  const { grant } = await bench.account();
  const bareUrl = await pageServer(bench);
  const query = (path: string, input: object) =>
    `${url}/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const before = (call: number) => rowCount - (call % 20) * 40;
  const { user, organisation } = grant.identity;
  const list: readonly Page[] = [
    {
      title: 'sessions.list',
      ours: () => query('sessions.list', { limit: 30 }),
      bare: () => `${bareUrl}/sessions?v=${organisation.id}&v=${user.id}`,
    },
    {
      title: 'messages.history',
      ours: (call) => query('messages.history', { sessionId: session, before: before(call), limit: 30 }),
      bare: (call) => `${bareUrl}/history?v=${session}&v=${before(call)}`,
    },
  ];
  const costs = new Map<string, Costs>();
  for (const page of list) costs.set(page.title, await measurePage(page, grant.accessToken));
  return costs;
}

async function measurePage(page: Page, token: string): Promise<Costs> {
  using connection = new KeptConnection({ token });
  await checkSame(connection, page);
  const times: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let call = -warmUps; call < samples; call += 1) {
    for (const side of ['ours', 'bare'] as const) {
      const startedAt = performance.now();
      await connection.read(page[side](Math.abs(call)));
      if (call >= 0) times[side].push(performance.now() - startedAt);
    }
  }
  return { ours: p50(times.ours), bare: p50(times.bare) };
}

/** @throws Error unless both give the same rows. */
async function checkSame(connection: KeptConnection, page: Page): Promise<void> {
  const ids = (answer: unknown) => {
    const items = at(answer, 'items');
    return Array.isArray(items) ? items.map((item: unknown) => String(at(item, 'id'))).toSorted() : [];
  };
  const ours = ids(at(JSON.parse(await connection.read(page.ours(1))), 'result', 'data'));
  const bare = ids(JSON.parse(await connection.read(page.bare(1))));
  if (ours.length !== 30 || ours.join() !== bare.join()) throw new Error(`${page.title}: not the same rows.`);
}

async function pageServer(bench: Bench): Promise<string> {
  return await bench.once('page server', async () => {
    const { database } = await bench.server();
    const child = bench.start('src/bare/page-server.ts', { PG_SOCKET: database.socket });
    return `http://127.0.0.1:${numberAt(await child.receive('listening'), 'port')}`;
  });
}

function costsOf(costs: ReadonlyMap<string, Costs>, title: string): Costs {
  const found = costs.get(title);
  if (!found) throw new Error(`${title} was not measured.`);
  return found;
}
