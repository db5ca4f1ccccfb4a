import type { Bench } from '../bench.ts';
import type { Child } from '../processes.ts';

export interface SubscribeOptions {
  readonly sessionIds: readonly string[];
  readonly sockets: number;
  /** Words each socket is to receive before the process reports. */
  readonly tokens: number;
}

/** Opens sockets that subscribe to these sessions in turn, in tRPC's own frames, and waits until all are live. */
export async function subscribeAll(bench: Bench, child: Child, options: SubscribeOptions): Promise<void> {
  const { url } = await bench.server();
  const { accessToken: token } = (await bench.account()).grant;
  const hello = JSON.stringify({ method: 'connectionParams', data: { token } });
  const frames = options.sessionIds.map((sessionId) => [
    hello,
    JSON.stringify({
      id: 1,
      method: 'subscription',
      params: { path: 'sessions.events', input: { sessionId, lastEventId: '0' } },
    }),
  ]);
  const { sockets, tokens } = options;
  const socketUrl = `${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`;
  child.send({ type: 'open', url: socketUrl, sockets, tokens, frames });
  await child.receive('open');
}
