import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { openSandbox } from '../../src/open-sandbox.ts';
import type { Sandbox } from '../../src/ports.ts';

/** A server with secrets, a neighbour and services, for attempts to reach. */
export interface World extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Stands in the server's environment, a file of the host, the neighbour's workspace and behind every service. */
  readonly token: string;
  readonly folder: string;
  readonly workspace: string;
  readonly neighbour: string;
  readonly hostFile: string;
  readonly tcpPort: number;
  readonly abstractSocket: string;
  readonly socketFile: string;
  /** An address of this machine besides the loopback's. */
  readonly address: string;
}

export async function openWorld(): Promise<World> {
  const token = randomBytes(16).toString('hex');
  // As a server has its keys. Every child gets it unless somebody sees to it.
  process.env.ATELIER_TEST_SECRET = token;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'atelier-escapes-'));
  chmodSync(folder, 0o755);
  const workspace = path.join(folder, 'workspace');
  const neighbour = path.join(folder, 'neighbour');
  for (const place of [workspace, neighbour]) mkdirSync(place);
  const hostFile = path.join(folder, 'host-secret');
  for (const file of [hostFile, path.join(neighbour, 'secret')]) writeFileSync(file, token, { mode: 0o644 });
  copyFileSync('/usr/bin/id', path.join(workspace, 'setuid-id'));

  const sandbox = await openSandbox({ workspaces: folder });
  if (!sandbox.state.isProven) throw new Error(`${sandbox.state.reason} ${sandbox.state.remedy}`);
  await sandbox.prepareWorkspace(workspace);
  await sandbox.prepareWorkspace(neighbour);
  chmodSync(path.join(workspace, 'setuid-id'), 0o4755);

  const servers = [speaking(token), speaking(token), speaking(token)];
  const [tcp, abstract, file] = servers;
  const abstractSocket = `atelier-${token.slice(0, 8)}`;
  const socketFile = path.join(folder, 'service.sock');
  tcp?.listen(0, '0.0.0.0');
  abstract?.listen(`\0${abstractSocket}`);
  file?.listen(socketFile);
  await Promise.all(servers.map((server) => once(server, 'listening')));
  chmodSync(socketFile, 0o777);

  return {
    ...{ sandbox, token, folder, workspace, neighbour, hostFile, abstractSocket, socketFile },
    tcpPort: portOf(tcp),
    address: ownAddress(),
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function speaking(token: string): net.Server {
  return net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(token);
  });
}

function portOf(server: net.Server | undefined): number {
  const address = server?.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

function ownAddress(): string {
  const all = Object.values(os.networkInterfaces()).flatMap((entries) => entries ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';
}
