import { randomUUID } from 'node:crypto';
import { sessionId as toSessionId } from '@atelier/contracts/ids';
import type { Bench } from '../bench.ts';
import { subscribeAll } from '../clients/subscribe-all.ts';
import { at, numberAt } from '../fields.ts';
import { judge, round } from '../table.ts';
import type { Measure } from './measure.ts';

const sockets = 1000;
const ourTokens = 20_000;
const bareTokens = 300;

/** Tokens a second that reach all of a session's thousand readers together. */
export const fanOut: Measure = {
  name: 'fan-out',
  async run(bench) {
    const ours = await measureOurs(bench);
    const bare = await measureBare(bench);
    const show = ({ rate, messages, tokens }: Figure) =>
      `${round(rate)}/s (${round((sockets * tokens) / messages)} a frame)`;
    return [
      {
        measure: 'tokens received by 1,000 sockets',
        ours: show(ours),
        bare: show(bare),
        ...judge({ figure: ours.rate / bare.rate, limit: 1, unit: '×', least: true }),
      },
    ];
  },
};

interface Figure {
  readonly rate: number;
  readonly messages: number;
  readonly tokens: number;
}

async function measureOurs(bench: Bench): Promise<Figure> {
  await bench.server();
  const child = bench.start('src/clients/subscribers.ts');
  const id = await bench.sessionId();
  await subscribeAll(bench, child, { sessionIds: [id], sockets, tokens: ourTokens });
  const client = await bench.client();
  await client.api.messages.send.mutate({
    sessionId: toSessionId.parse(id),
    clientId: randomUUID(),
    parts: [{ type: 'text', text: `[[tokens ${ourTokens} @0]]` }],
  });
  const figure = toFigure(await child.receive('done'), ourTokens);
  await Promise.all([client.close(), child.stop()]);
  return figure;
}

async function measureBare(bench: Bench): Promise<Figure> {
  const server = bench.start('src/bare/token-server.ts');
  const port = numberAt(await server.receive('listening'), 'port');
  const child = bench.start('src/clients/subscribers.ts');
  child.send({ type: 'open', url: `ws://127.0.0.1:${port}`, sockets, tokens: bareTokens, frames: [] });
  await child.receive('open');
  server.send({ type: 'send', tokens: bareTokens });
  const figure = toFigure(await child.receive('done'), bareTokens);
  await Promise.all([child.stop(), server.stop()]);
  return figure;
}

function toFigure(report: unknown, tokens: number): Figure {
  const error = at(report, 'error');
  if (error !== undefined) throw new Error(String(error));
  return { rate: (sockets * tokens) / numberAt(report, 'seconds'), messages: numberAt(report, 'messages'), tokens };
}
