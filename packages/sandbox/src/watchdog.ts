import type { SandboxLimit, SandboxLimits } from './ports.ts';
import { type TreeUsage, treeUsage } from './process-tree.ts';
import { proportionalMemory } from './proportional-memory.ts';

export interface Watched {
  readonly root: number;
  readonly limits: Pick<SandboxLimits, 'memoryBytes' | 'processes'>;
  onExceeded(limit: SandboxLimit): void;
  /** Called at every look, with what was found. */
  onLook(usage: TreeUsage): void;
}

const intervalMs = 100;

/** Looks at the memory and the processes of everything that runs, as long as something does. */
export class Watchdog {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | null = null;

  add(watched: Watched): void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#look(), intervalMs).unref();
  }

  remove(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    for (const watched of this.#watched) {
      const usage = treeUsage(watched.root);
      if (usage.threads >= watched.limits.processes) watched.onExceeded('processes');
      else if (isTooLarge(usage, watched.limits.memoryBytes)) watched.onExceeded('memory');
      watched.onLook(usage);
    }
  }
}

/** Processes that were forked share most of their memory: before one is stopped for it, each page is counted once. */
function isTooLarge(usage: TreeUsage, limit: number): boolean {
  return usage.memoryBytes > limit && proportionalMemory(usage.pids) > limit;
}
