import type { Steering } from '@atelier/agent/ports';
import type { EventBody } from '@atelier/contracts/events';
import { messageId, runId } from '@atelier/contracts/ids';
import { type Steer, steer } from '@atelier/contracts/parts';
import type { Operation } from '@atelier/entities/operation';
import { waitForDatabase } from '../../platform/postgres/wait-for-database.ts';
import type { SessionJournal } from './run-journal.ts';
import type { RunsRepository, SteeringRun } from './runs.repository.ts';
import type { RunsService } from './runs.service.ts';

const system: Operation = { principal: { kind: 'system' } };

export interface SteeringDeps {
  readonly runs: Pick<RunsRepository, 'hasSteering' | 'steering'>;
  readonly service: Pick<RunsService, 'withdraw'>;
}

export interface SteeredRun {
  readonly id: string;
  readonly agentMessageId: string;
}

/**
 * Queued messages that a run's answer is to read. Taking one is a single fact, under the fence of the run: it stands in
 * the answer, and the run that would have answered it is over. So it is read or answered, never both and never neither.
 */
export class RunSteering implements Steering {
  readonly #deps: SteeringDeps;
  readonly #run: SteeredRun;
  readonly #journal: SessionJournal;
  readonly #signal: AbortSignal;

  constructor(
    deps: SteeringDeps,
    run: SteeredRun,
    place: { readonly journal: SessionJournal; readonly signal: AbortSignal },
  ) {
    this.#deps = deps;
    this.#run = run;
    this.#journal = place.journal;
    this.#signal = place.signal;
  }

  async isWaiting(): Promise<boolean> {
    const { runs } = this.#deps;
    return await waitForDatabase(() => runs.hasSteering(system, this.#run.id), this.#signal);
  }

  async take(step: number): Promise<readonly EventBody[]> {
    // Nearly always there is none, and no transaction is needed to see that.
    if (!(await this.isWaiting())) return [];
    return await this.#journal.commitFound(async (op) => {
      const entries: EventBody[] = [];
      for (const queued of await this.#deps.runs.steering(op, this.#run.id)) {
        entries.push(this.#steered(queued, step), await this.#deps.service.withdraw(op, queued));
      }
      return entries;
    });
  }

  #steered(queued: SteeringRun, step: number): EventBody {
    const { id, agentMessageId } = this.#run;
    const place = { runId: runId.parse(id), messageId: messageId.parse(agentMessageId), step };
    return { type: 'run.steered', ...place, steer: toSteer(queued) };
  }
}

function toSteer({ userMessageId, authorId, authorName, sentAt, parts }: SteeringRun): Steer {
  const author = authorId === null ? null : { userId: authorId, name: authorName ?? '' };
  return steer.parse({ messageId: userMessageId, author, content: parts, sentAt: sentAt.toISOString() });
}
