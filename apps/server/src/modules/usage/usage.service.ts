import type { EventBody } from '@atelier/contracts/events';
import {
  type OrganisationUsage,
  type OwnUsage,
  organisationUsage,
  ownUsage,
  type UsageAmounts,
} from '@atelier/contracts/usage';
import type { Operation } from '@atelier/entities/operation';
import type { Clock } from '@atelier/kernel/clock';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { dayOf, lastDays } from './days.ts';
import type { AmountsRow, ExportedRow, UsageRepository } from './usage.repository.ts';

export interface UsageDeps {
  readonly rows: UsageRepository;
  readonly clock: Clock;
}

/** Of which organisation, and of whom in it: null is everybody. */
interface Whose {
  readonly organisationId: string;
  readonly userId: string | null;
}

/** What model calls took: counted with the end of each, and told to those whom it concerns. */
export class UsageService {
  readonly #deps: UsageDeps;
  constructor(deps: UsageDeps) {
    this.#deps = deps;
  }

  /** Counts the model calls that these entries end, in the transaction that writes them: once, whatever crashes. */
  async count(
    op: Operation,
    run: { readonly sessionId: string; readonly organisationId: string },
    bodies: readonly EventBody[],
  ): Promise<void> {
    const { rows, clock } = this.#deps;
    for (const body of bodies) {
      if ((body.type !== 'step.finished' && body.type !== 'context.summarised') || !body.model) continue;
      const { usage, model } = body;
      await rows.add(op, {
        organisationId: run.organisationId,
        sessionId: run.sessionId,
        day: dayOf(clock.now()),
        provider: model.provider,
        model: model.id,
        label: model.label,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        cachedInputTokens: usage.cachedInputTokens ?? 0,
        reasoningTokens: usage.reasoningTokens ?? 0,
        cost: usage.cost ?? null,
      });
    }
  }

  /** One's own, in the current organisation. */
  async own(op: Operation, { organisationId, userId }: SignedIn, days: number): Promise<OwnUsage> {
    return ownUsage.parse(await this.#told(op, { organisationId, userId }, days));
  }

  /** Everybody's, in the current organisation. */
  async ofOrganisation(op: Operation, { organisationId }: SignedIn, days: number): Promise<OrganisationUsage> {
    const whose = { organisationId, userId: null };
    const byMember = await this.#deps.rows.byMember(op, { ...whose, ...this.#range(days) });
    return organisationUsage.parse({
      ...(await this.#told(op, whose, days)),
      byMember: byMember.map((row) => ({ userId: row.userId, name: row.name, ...amounts(row) })),
    });
  }

  /** Day by day, the oldest first: everything that was counted. */
  async *export(
    op: Operation,
    whose: Whose,
    days: number,
  ): AsyncGenerator<{ readonly day: string; readonly rows: readonly ExportedRow[] }> {
    for (const day of lastDays(this.#deps.clock.now(), days)) {
      yield { day, rows: await this.#deps.rows.ofDay(op, whose, day) };
    }
  }

  #range(days: number): { readonly from: string; readonly to: string } {
    const known = lastDays(this.#deps.clock.now(), days);
    return { from: known[0] ?? '', to: known.at(-1) ?? '' };
  }

  async #told(op: Operation, whose: Whose, days: number) {
    const { rows } = this.#deps;
    const range = this.#range(days);
    const filter = { ...whose, ...range };
    const total = await rows.total(op, filter);
    return {
      ...range,
      total: total && amounts(total),
      byDay: (await rows.byDay(op, filter)).map((row) => ({ day: row.day, ...amounts(row) })),
      byModel: (await rows.byModel(op, filter)).map(({ provider, model, label, ...row }) => ({
        provider,
        model,
        label,
        ...amounts(row),
      })),
    };
  }
}

/** What cost nothing that anybody knows of did not cost nothing. */
function amounts(row: AmountsRow): UsageAmounts {
  const { calls, unpricedCalls, inputTokens, outputTokens, cachedInputTokens, reasoningTokens, cost } = row;
  return {
    calls,
    unpricedCalls,
    inputTokens,
    outputTokens,
    cachedInputTokens,
    reasoningTokens,
    cost: calls > 0 && unpricedCalls === calls ? null : cost,
  };
}
