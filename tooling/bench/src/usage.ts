import { readdir, readFile } from 'node:fs/promises';

/** Linux gives process times in hundredths of a second on every architecture that Node runs on. */
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  readonly seconds: number;
}

/** Processor time so far of a process, those it started, and those of them that have ended already. */
export async function cpuSeconds(root: number): Promise<number> {
  const stats = await readStats();
  return tree(stats, root).reduce((sum, pid) => sum + (stats.get(pid)?.seconds ?? 0), 0);
}

/** Memory of a process and those it started, in KiB. Pages shared by several count once, in parts. */
export async function pssKib(root: number): Promise<number> {
  const pids = tree(await readStats(), root);
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')));
  return texts.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0);
}

/** Processor time that the whole machine has spent on anything. */
export async function machineSeconds(): Promise<number> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softIrq) / ticksPerSecond;
}

async function readStats(): Promise<ReadonlyMap<number, Stat>> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const entries = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The name stands in brackets and may hold spaces: fields are counted from behind it, the state first.
      const fields = text.slice(text.lastIndexOf(') ') + 2).split(' ');
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [pid, { parent: Number(fields[1] ?? 0), seconds: ticks / ticksPerSecond }] as const;
    }),
  );
  return new Map(entries);
}

function tree(stats: ReadonlyMap<number, Stat>, root: number): readonly number[] {
  const found = [root];
  for (const pid of found) for (const [child, { parent }] of stats) if (parent === pid) found.push(child);
  return found;
}
