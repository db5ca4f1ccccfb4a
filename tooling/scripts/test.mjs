import { spawn } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkNode } from './check-node.mjs';

checkNode();

/**
 * `npm test`: lint, types and tests of every package. What failed, needed a second try or was skipped is said again at
 * the end, where twenty minutes of output do not hide it. In CI nothing may be skipped.
 */
const outcomes = '{apps,packages,tooling}/*/test-results/*.json';
for (const file of globSync(outcomes)) rmSync(file);

const tasks = ['//#lint', 'typecheck', 'test', '--concurrency=3', '--continue=dependencies-successful'];
const turbo = spawn('turbo', ['run', ...tasks, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => turbo.kill(signal));
turbo.on('exit', (code) => {
  const { skipped } = summarise(globSync(outcomes).sort());
  process.exit(code === 0 && process.env.CI && skipped > 0 ? 1 : (code ?? 1));
});

function summarise(files) {
  const all = files.map((file) => ({
    from: path.dirname(path.dirname(file)),
    ...JSON.parse(readFileSync(file, 'utf8')),
  }));
  const noted = (kind) => all.flatMap((outcome) => outcome[kind].map((test) => ({ from: outcome.from, ...test })));
  const passed = all.reduce((sum, outcome) => sum + outcome.passed, 0);
  const kinds = { skipped: noted('skipped'), 'needed a second try': noted('retried'), failed: noted('failed') };

  for (const [kind, tests] of Object.entries(kinds)) {
    for (const { from, name, reason } of tests) {
      console.log(`\n${kind}: ${from}: ${name}`);
      if (reason) console.log(reason.replaceAll(/^/gm, '    '));
    }
  }
  const counts = Object.entries(kinds).map(([kind, tests]) => `${tests.length} ${kind}`);
  console.log(`\nTests: ${passed} passed, ${counts.join(', ')}`);
  return { skipped: kinds.skipped.length };
}
