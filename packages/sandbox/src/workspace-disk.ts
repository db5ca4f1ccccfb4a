import { statfsSync } from 'node:fs';
import { deletedBytes } from './deleted-files.ts';
import { type DiskUsage, entryBytes, measureDisk } from './disk-usage.ts';

/**
 * How long a workspace is left alone after a walk: at least so long, and so many times as long as the walk took. Sooner
 * when the disk has lost enough for the limit to be in reach; and at times although it has not, because what somebody else
 * removes from it hides what is written here.
 */
const rest = { inReach: { ms: 500, factor: 10 }, otherwise: { ms: 2000, factor: 20 } } as const;
/** A full workspace may grow by this, in new names for example, while it is being emptied. */
const fullSlackBytes = 16 * 1024 * 1024;

interface Rest {
  readonly ms: number;
  readonly factor: number;
}

interface Measurement extends DiskUsage {
  readonly at: number;
  readonly tookMs: number;
}

/**
 * How full one workspace is. To walk a large one is dear, so it is only walked when the file system that it lies on has
 * lost enough for the limit to be in reach since the last walk: asking for that costs microseconds.
 */
export class WorkspaceDisk {
  readonly #folder: string;
  readonly #du: string;
  #last: Measurement | null = null;
  #measuring: Promise<Measurement> | null = null;
  /** Of the whole file system, when it was looked at last; and what it lost since the last measurement. */
  #freeBytes = 0;
  #lostBytes = 0;

  constructor(folder: string, du: string) {
    this.#folder = folder;
    this.#du = du;
  }

  /** Begins to watch for one command. */
  watch(limit: number): DiskWatch {
    if (Number.isFinite(limit) && !this.#last) void this.#measure();
    const isFull = this.#last !== null && this.#last.bytes > limit;
    const ceiling = isFull ? (this.#last?.bytes ?? 0) + fullSlackBytes : limit;
    return {
      isFull,
      isOver: async (pids) => Number.isFinite(limit) && (await this.#isOver(ceiling, pids, rest.otherwise)),
      settle: async () => {
        if (isFull) await this.#measure();
        return Number.isFinite(limit) && (await this.#isOver(ceiling, [], null));
      },
    };
  }

  /** @param otherwise When to walk although the limit is not in reach; null for never. */
  async #isOver(ceiling: number, pids: readonly number[], otherwise: Rest | null): Promise<boolean> {
    const last = this.#last;
    this.#look();
    const possible = (last?.bytes ?? 0) + this.#lostBytes;
    if (last && !isDue(last, possible > ceiling ? rest.inReach : otherwise)) return false;
    const now = await this.#measure();
    const taken = now.isComplete ? now.bytes : Math.max(now.bytes, possible);
    return taken + deletedBytes(this.#folder, pids) > ceiling;
  }

  /** Adds up what the file system loses, look by look: what somebody else removes meanwhile then hides little of it. */
  #look(): void {
    const free = freeBytes(this.#folder);
    this.#lostBytes += Math.max(0, this.#freeBytes - free);
    this.#freeBytes = free;
  }

  #measure(): Promise<Measurement> {
    this.#measuring ??= this.#measureNow().finally(() => {
      this.#measuring = null;
    });
    return this.#measuring;
  }

  async #measureNow(): Promise<Measurement> {
    const startedAt = performance.now();
    this.#look();
    this.#lostBytes = 0;
    const usage = await measureDisk(this.#du, this.#folder);
    const at = performance.now();
    this.#last = { ...usage, at, tookMs: at - startedAt };
    return this.#last;
  }
}

/** One command's look at its workspace. */
export interface DiskWatch {
  /** It was too large at the start: then its files may not grow. */
  readonly isFull: boolean;
  /** Called often; measures seldom. `pids` are asked for files that were deleted and are still open. */
  isOver(pids: readonly number[]): Promise<boolean>;
  /** After the end. True when the command left too much. */
  settle(): Promise<boolean>;
}

function isDue(last: Measurement, wait: Rest | null): boolean {
  return wait !== null && performance.now() - last.at >= Math.max(wait.ms, last.tookMs * wait.factor);
}

/** Room for content and for entries together, as a workspace's size counts both. */
function freeBytes(folder: string): number {
  try {
    const { bfree, bsize, ffree } = statfsSync(folder);
    return bfree * bsize + ffree * entryBytes;
  } catch {
    // The workspace was removed.
    return 0;
  }
}
