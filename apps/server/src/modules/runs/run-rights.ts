import type { AnyTool } from '@atelier/agent/ports';
import { isHeldBy, organisationRole } from '@atelier/contracts/permissions';
import type { RunError } from '@atelier/contracts/runs';
import type { Operation } from '@atelier/entities/operation';
import { waitForDatabase } from '../../platform/postgres/wait-for-database.ts';
import type { RunsRepository } from './runs.repository.ts';

const system: Operation = { principal: { kind: 'system' } };

/** Why a person may no longer have a run: they are suspended, no longer a member, of another role, or all of it is gone. */
export type RightLoss = 'suspended' | 'removed' | 'demoted' | 'archived';

const codes: Readonly<Record<RightLoss, RunError['code']>> = {
  suspended: 'run.account_suspended',
  removed: 'run.not_a_member',
  demoted: 'run.role_lost',
  archived: 'run.organisation_archived',
};
const reasons: Readonly<Record<RightLoss, string>> = {
  suspended: 'account suspended',
  removed: 'no longer a member of this organisation',
  demoted: 'the role no longer allows starting runs',
  archived: 'the organisation was deleted',
};

export function isRightLoss(reason: unknown): reason is RightLoss {
  return typeof reason === 'string' && Object.hasOwn(codes, reason);
}

/** How a run ends for it, in a sentence for the chat. */
export function lossError(loss: RightLoss): RunError {
  return {
    code: codes[loss],
    message: `Interrupted: ${reasons[loss]}. What was written so far is kept.`,
    retryable: false,
  };
}

/** A run has the rights of the person it works for, as they are at each moment, and no others. */
export class RunRights {
  readonly #runs: Pick<RunsRepository, 'withoutRight'>;

  constructor(runs: Pick<RunsRepository, 'withoutRight'>) {
    this.#runs = runs;
  }

  /** Those of these runs that may not go on, and why; with `userId` only that person's. */
  async lostBy(runIds: readonly string[], userId: string | null = null): Promise<ReadonlyMap<string, RightLoss>> {
    const roles = organisationRole.options.filter((role) => isHeldBy(role, 'run.start'));
    const lost = await this.#runs.withoutRight(system, runIds, { roles, userId });
    return new Map(lost.map(({ id, loss }) => [id, loss]));
  }

  /** The same tools, each of which looks at the rights again before it does anything. */
  guarded(tools: readonly AnyTool[], runId: string, abort: (loss: RightLoss) => void): readonly AnyTool[] {
    return tools.map((tool) => ({
      ...tool,
      prepare: (input: unknown) => {
        const call = tool.prepare(input);
        return {
          ...call,
          execute: async (context) => {
            const loss = await this.#lossBefore(runId, context.signal);
            if (loss) abort(loss);
            context.signal.throwIfAborted();
            return await call.execute(context);
          },
        };
      },
    }));
  }

  /** Nothing is done while nobody can say whether it may be: PostgreSQL is waited for. */
  async #lossBefore(runId: string, signal: AbortSignal): Promise<RightLoss | null> {
    const lost = await waitForDatabase(() => this.lostBy([runId]), signal);
    return lost.get(runId) ?? null;
  }
}
