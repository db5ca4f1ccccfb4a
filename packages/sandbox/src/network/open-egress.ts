import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, rmSync } from 'node:fs';
import type { SandboxUser } from '../launch.ts';
import type { NetworkAccess } from '../ports.ts';
import type { RuntimeDirectory } from '../runtime-directory.ts';
import type { Egress } from '../start-command.ts';
import { EgressProxy } from './egress-proxy.ts';
import { relay } from './relay-program.ts';

export interface EgressOptions {
  readonly access: NetworkAccess;
  readonly runtime: RuntimeDirectory;
  readonly user: SandboxUser | null;
  /** Where Node lies inside. */
  readonly node: string;
}

/** Name of the relay's program in the runtime folder. */
export const relayName = 'relay.cjs';

const address = `http://127.0.0.1:${relay.port}`;
/** Both spellings: programs differ in which they know. */
const env = {
  ...{ HTTP_PROXY: address, HTTPS_PROXY: address, http_proxy: address, https_proxy: address },
  ...{ NO_PROXY: 'localhost,127.0.0.1,::1', no_proxy: 'localhost,127.0.0.1,::1' },
  NODE_USE_ENV_PROXY: '1',
};

/** Opens the way out of one sandbox. Null when it has none. The caller closes it when the command has ended. */
export function openEgress({ access, runtime, user, node }: EgressOptions): (Egress & { close(): void }) | null {
  if (access.kind === 'none') return null;
  const proxy = new EgressProxy({ allow: access.allow, options: access.options ?? {} });
  const socket = runtime.file(`${randomUUID()}.sock`);
  proxy.listen(socket);
  // The command's user alone may connect. Its list of hosts is not another sandbox's.
  chmodSync(socket, 0o600);
  if (user) chownSync(socket, user.uid, user.gid);
  return {
    socket: { from: socket, to: relay.socket },
    readOnly: [{ from: runtime.file(relayName), to: relay.program }],
    env,
    prefix: [node, relay.program],
    close: () => {
      proxy.close();
      rmSync(socket, { force: true });
    },
  };
}
