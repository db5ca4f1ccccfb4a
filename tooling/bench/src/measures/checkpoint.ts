import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SnapshotStore } from '../../../../apps/server/src/modules/checkpoints/snapshot-store.ts';
import { p50 } from '../statistics.ts';
import { judge, ms } from '../table.ts';
import type { Measure } from './measure.ts';

const changed = 10;
const rounds = 7;

/** What it takes to keep a workspace before a turn, when little has changed since the last one. */
export const checkpoint: Measure = {
  name: 'checkpoint',
  async run() {
    const [small, large] = [await keeping(1000), await keeping(5000)];
    return [
      {
        measure: `keeping a workspace of 5,000 files of which ${changed} changed`,
        ours: ms(large),
        ...judge({ figure: large, limit: 300, unit: ' ms' }),
      },
      {
        measure: '… of 1,000 files',
        ours: ms(small),
        figure: `${(large / small).toFixed(1)}× for 5× the files`,
        target: '-',
        isMet: null,
      },
    ];
  },
};

/** The median time of keeping so many files again. */
async function keeping(files: number): Promise<number> {
  const base = await mkdtemp(path.join(os.tmpdir(), 'atelier-bench-'));
  const workspaces = path.join(base, 'workspaces');
  const nameOf = (n: number) => path.join(workspaces, 's', `d${n % 50}`, `f${n}.ts`);
  try {
    for (let n = 0; n < 50; n += 1) await mkdir(path.dirname(nameOf(n)), { recursive: true });
    for (let n = 0; n < files; n += 1) await writeFile(nameOf(n), `export const n${n} = ${'1'.repeat(500)};\n`);
    const store = new SnapshotStore({ dataDirectory: base, workspaces, owner: null });
    await store.take('s');
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let n = 0; n < changed; n += 1) await writeFile(nameOf(n * 7), `round ${round} of ${n}\n`);
      const startedAt = performance.now();
      await store.take('s');
      times.push(performance.now() - startedAt);
    }
    return p50(times);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
