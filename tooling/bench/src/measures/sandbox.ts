import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openSandbox } from '@atelier/sandbox/open-sandbox';
import type { Sandbox } from '@atelier/sandbox/ports';
import { p50, p95 } from '../statistics.ts';
import { judge, ms } from '../table.ts';
import type { Measure } from './measure.ts';

const samples = 60;
const atOnce = 20;

/** What the sandbox adds to a command. */
export const sandbox: Measure = {
  name: 'sandbox',
  async run() {
    const base = await mkdtemp(path.join(os.tmpdir(), 'atelier-bench-'));
    const workspace = path.join(base, 'workspaces', 'one');
    await mkdir(workspace, { recursive: true });
    const opened = await openSandbox({ workspaces: path.join(base, 'workspaces') });
    if (!opened.state.isProven) throw new Error(`${opened.state.reason} ${opened.state.remedy}`);
    try {
      await opened.prepareWorkspace(workspace);
      const [inside, plain]: [number[], number[]] = [[], []];
      // In turn, so that both meet the same machine; the first ten warm both up.
      for (let n = 0; n < samples + 10; n += 1) {
        const [a, b] = [await timed(() => runInside(opened, workspace)), await timed(runPlain)];
        if (n >= 10) {
          inside.push(a);
          plain.push(b);
        }
      }
      const together = await timed(() =>
        Promise.all(Array.from({ length: atOnce }, () => runInside(opened, workspace))),
      );
      return [
        {
          measure: 'a command in the sandbox over the same in bash, p50',
          ours: `${ms(p50(inside))}, p95 ${ms(p95(inside))}`,
          bare: ms(p50(plain)),
          ...judge({ figure: p50(inside) - p50(plain), limit: 30, unit: ' ms' }),
        },
        {
          measure: `${atOnce} commands at once, until the last has ended`,
          ours: ms(together),
          figure: `${ms(together / atOnce)} each`,
          target: '-',
          isMet: null,
        },
      ];
    } finally {
      await opened.close();
      await rm(base, { recursive: true, force: true });
    }
  },
};

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function runInside(opened: Sandbox, workspace: string): Promise<void> {
  const { exitCode } = await opened.start({ workspace, command: ['bash', '-c', 'true'] }).ended;
  if (exitCode !== 0) throw new Error(`The command ended with ${exitCode}.`);
}

async function runPlain(): Promise<void> {
  const child = spawn('bash', ['-c', 'true'], { stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => child.on('close', () => resolve()).on('error', reject));
}
