import { addUsage } from '@atelier/contracts/add-usage';
import type { EventBody } from '@atelier/contracts/events';
import { contextAfter } from '@atelier/contracts/fold-usage';
import type { Usage } from '@atelier/contracts/runs';
import type { Operation } from '@atelier/entities/operation';
import type { UsageService } from '../usage/index.ts';
import type { ClaimedRun, RunsRepository } from './runs.repository.ts';

export interface RunUsageDeps {
  readonly runs: Pick<RunsRepository, 'addUsage'>;
  readonly usage: Pick<UsageService, 'count'>;
}

/** What a run has used, counted with the end of each model call, so that a worker that dies takes nothing along. */
export class RunUsage {
  readonly #deps: RunUsageDeps;
  readonly #run: ClaimedRun;
  #total: Usage;

  constructor(deps: RunUsageDeps, run: ClaimedRun, before: Usage) {
    this.#deps = deps;
    this.#run = run;
    this.#total = before;
  }

  /** As far as it is written. */
  get total(): Usage {
    return this.#total;
  }

  /** In the transaction that writes these entries. A sub-agent's calls (`isAside`) have a window of their own. */
  async store(op: Operation, bodies: readonly EventBody[], { isAside = false } = {}): Promise<void> {
    for (const call of callsIn(bodies)) {
      await this.#deps.runs.addUsage(op, this.#run.id, call.usage, isAside ? null : contextAfter(call));
    }
    await this.#deps.usage.count(op, this.#run, bodies);
  }

  /** Once they are written. */
  written(bodies: readonly EventBody[]): void {
    for (const { usage } of callsIn(bodies)) this.#total = addUsage(this.#total, usage);
  }
}

function callsIn(bodies: readonly EventBody[]) {
  return bodies.filter((body) => body.type === 'step.finished' || body.type === 'context.summarised');
}
