import type { Operation } from '@atelier/entities/operation';
import type { HintBus } from '../../platform/realtime/hint-bus.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { PipelineProgress } from './pipeline-progress.ts';
import type { PipelineRunsRepository } from './pipeline-runs.repository.ts';

const system: Operation = { principal: { kind: 'system' } };
/** Finds what a hint that was lost, or a worker that died, left behind. */
const sweepMs = 10_000;
/** One that could not go on is tried again this soon. */
const retryMs = 1500;
const batch = 50;

export interface PipelineWorkerDeps {
  readonly runs: PipelineRunsRepository;
  readonly progress: PipelineProgress;
  readonly hints: HintBus;
  readonly log: Logger;
}

/**
 * Goes on with pipelines whose stage has come to its end: at once when a session has become idle, and by looking for them
 * as it starts and now and then, so that one whose worker died in between goes on with another. Two at the same one take turns, and the second finds
 * nothing to do.
 */
export class PipelineWorker {
  readonly #deps: PipelineWorkerDeps;
  #timer: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #stopListening: (() => void) | null = null;
  readonly #looking = new Set<Promise<void>>();

  constructor(deps: PipelineWorkerDeps) {
    this.#deps = deps;
  }

  start(): void {
    // A hint without a run: whatever was under way in the session has ended.
    this.#stopListening = this.#deps.hints.on('queued', (sessionId, runId) => {
      if (runId === '') this.#look(sessionId);
    });
    this.#timer = setInterval(() => this.#look(null), sweepMs);
    this.#look(null);
  }

  /** Waits for what is being done, and does nothing more. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    if (this.#timer) clearInterval(this.#timer);
    await Promise.all(this.#looking);
    if (this.#retry) clearTimeout(this.#retry);
  }

  #look(sessionId: string | null): void {
    const looking: Promise<void> = this.#goOn(sessionId).finally(() => this.#looking.delete(looking));
    this.#looking.add(looking);
  }

  async #goOn(sessionId: string | null): Promise<void> {
    const { runs, progress, log } = this.#deps;
    try {
      for (const id of await runs.due(system, sessionId, batch)) {
        await progress.advance(system, id).catch((error: unknown) => {
          // One that cannot go on keeps no other from it; it is tried again.
          log.error({ pipelineRunId: id, error }, 'a pipeline could not go on; trying again');
          this.#lookAgain();
        });
      }
    } catch (error) {
      log.warn({ error }, 'pipelines that may go on could not be looked for; trying again');
      this.#lookAgain();
    }
  }

  #lookAgain(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#look(null);
    }, retryMs);
  }
}
