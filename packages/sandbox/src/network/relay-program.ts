/** Where the relay listens inside, and what it leads to. */
const port = 3128;
export const relay = { port, socket: '/run/egress.sock', program: '/run/relay.cjs' } as const;

/**
 * Runs inside, before the command: passes connections of its loopback on to the server's proxy, because programs know
 * proxies by host and port only. It is a program of its own and in text, as a bundled server has no file to give away.
 * It is written for Node, which is wherever the server is; others of its kind are not on every machine.
 */
export const relayProgram = `'use strict';
const net = require('node:net');
const { constants } = require('node:os');
const { spawn } = require('node:child_process');

const relay = net.createServer({ allowHalfOpen: true }, (inside) => {
  const outside = net.connect({ path: '${relay.socket}', allowHalfOpen: true });
  const end = () => { inside.destroy(); outside.destroy(); };
  inside.on('error', end).pipe(outside);
  outside.on('error', end).pipe(inside);
});

// The command is asked to end by itself; this ends with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => {});

relay.listen(${port}, '127.0.0.1', () => {
  const [program, ...args] = process.argv.slice(2);
  const command = spawn(program, args, { stdio: 'inherit' });
  command.on('error', (error) => {
    process.stderr.write(program + ': ' + (error.code === 'ENOENT' ? 'not found' : error.message) + '\\n');
    process.exit(127);
  });
  command.on('exit', (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code));
});
`;
