import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { checkNode } from './check-node.mjs';

checkNode();

/**
 * `npm start` takes a role: none for everything in one process, `server`, `worker`, or `migrate`. `npm run rotate-keys`
 * and `npm run verify-audit` come through here as well, the former with its options after it.
 */
const role = process.argv[2] ?? 'all';
const entry = {
  all: 'main.server.js',
  server: 'main.server.js',
  worker: 'main.worker.js',
  migrate: 'main.migrate.js',
  'rotate-keys': 'main.rotate-keys.js',
  'verify-audit': 'main.verify-audit.js',
}[role];
if (!entry) {
  console.error(`Unknown role ${role}. Use one of: npm start, npm start server, npm start worker, npm start migrate`);
  process.exit(1);
}

const isPrebuilt = process.env.ATELIER_PREBUILT === '1';
if (!isPrebuilt) {
  const build = spawnSync('turbo', ['run', 'build', '--output-logs=errors-only', '--log-prefix=none'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  });
  if (build.status !== 0) {
    process.stderr.write(build.stdout ?? '');
    console.error('Atelier could not be built.');
    process.exit(1);
  }
}

const server = spawn(
  process.execPath,
  [
    '--enable-source-maps',
    ...(existsSync('.env') ? ['--env-file=.env'] : []),
    `apps/server/dist/${entry}`,
    ...(role === 'server' ? ['server'] : []),
    ...(role === 'rotate-keys' ? process.argv.slice(3) : []),
  ],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
