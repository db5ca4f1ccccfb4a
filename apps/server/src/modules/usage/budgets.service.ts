import type { Budget } from '@atelier/agent/ports';
import {
  type BudgetDto,
  type BudgetLimits,
  budgetDto,
  type OwnBudgets,
  ownBudgets,
  type SetBudgetInput,
} from '@atelier/contracts/budgets';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import { waitForDatabase } from '../../platform/postgres/wait-for-database.ts';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import { type Administration, stateOf, tightest } from './budget-state.ts';
import type { BudgetRow, BudgetsRepository, Since } from './budgets.repository.ts';
import { dayOf, monthOf, nextDay, nextMonth } from './days.ts';

const system: Operation = { principal: { kind: 'system' } };

export interface BudgetsDeps {
  readonly db: Database;
  readonly budgets: BudgetsRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** What each organisation may spend, whatever its own budgets say. */
  readonly cap: () => Promise<BudgetLimits>;
  /** Whose session it is. */
  readonly ownerOf: (op: Operation, sessionId: string) => Promise<string | null>;
}

/** How much may be spent, and what runs that have spent it are told. */
export class BudgetsService {
  readonly #deps: BudgetsDeps;
  constructor(deps: BudgetsDeps) {
    this.#deps = deps;
  }

  /** Every budget of the current organisation, with what is used of it. */
  async list(op: Operation, { organisationId }: SignedIn): Promise<readonly BudgetDto[]> {
    const rows = await this.#deps.budgets.list(op, organisationId, this.#since(), await this.#deps.cap());
    return rows.map(({ scope, userId, name, monthlyCost, dailyTokens, spentCost, spentTokens }) =>
      budgetDto.parse({
        scope,
        userId,
        name,
        monthlyCost,
        dailyTokens,
        spent: scope === 'each_member' ? null : { cost: spentCost, tokens: spentTokens },
      }),
    );
  }

  /** What holds for who asks, in the current organisation. */
  async own(op: Operation, principal: SignedIn): Promise<OwnBudgets> {
    const { budgets, clock } = this.#deps;
    const rows = await budgets.holding(op, principal, this.#since(), await this.#deps.cap());
    return ownBudgets.parse({
      items: rows.map(({ scope, monthlyCost, dailyTokens, spentCost, spentTokens }) => ({
        of: scope === 'installation' || scope === 'organisation' ? scope : 'person',
        monthlyCost,
        dailyTokens,
        spent: { cost: spentCost, tokens: spentTokens },
      })),
      dayEndsAt: nextDay(clock.now()).toISOString(),
      monthEndsAt: nextMonth(clock.now()).toISOString(),
    });
  }

  /** One budget, or with no limits none; in the record. @throws AppError `member.not_found`. */
  async set(op: Operation, { organisationId }: SignedIn, input: SetBudgetInput): Promise<void> {
    const { db, budgets, audit } = this.#deps;
    const { scope, monthlyCost, dailyTokens } = input;
    const userId = input.scope === 'member' ? input.userId : null;
    const budget: BudgetRow = { scope, userId, monthlyCost, dailyTokens };
    const isNone = monthlyCost === null && dailyTokens === null;
    await db.transaction(op, async (op) => {
      const before = await budgets.lock(op, organisationId, budget);
      if (isNone) {
        if (!before) return;
        await budgets.remove(op, organisationId, budget);
      } else {
        if (userId !== null && !before && !(await budgets.isMember(op, organisationId, userId))) {
          throw new AppError('member.not_found');
        }
        await budgets.put(op, organisationId, { ...budget, id: newId() });
      }
      await audit.record(op, organisationId, {
        action: isNone ? 'budget.removed' : 'budget.changed',
        target: { kind: 'budget', id: userId },
        ...(before ? { before: recorded(before) } : {}),
        ...(isNone ? {} : { after: recorded(budget) }),
      });
    });
  }

  /**
   * What one run may still spend. What every run has spent is read anew for each model call, so that those that run side
   * by side see each other; what this run has spent is among it, since each call is counted with its end.
   */
  budgetOf(run: { readonly organisationId: string; readonly sessionId: string }, signal: AbortSignal): Budget {
    const { budgets, cap, clock, ownerOf } = this.#deps;
    const { organisationId, sessionId } = run;
    let owner: string | null = null;
    const look = async () => {
      owner ??= await ownerOf(system, sessionId);
      if (owner === null) return { kind: 'fine' } as const;
      const rows = await budgets.holding(system, { organisationId, userId: owner }, this.#since(), await cap());
      return await stateOf(tightest(rows), clock.now(), () => this.#administration(organisationId));
    };
    return { check: () => waitForDatabase(look, signal) };
  }

  async #administration(organisationId: string): Promise<Administration> {
    const known = await this.#deps.budgets.administration(system, organisationId);
    return known ?? { name: 'this organisation', administrators: [] };
  }

  #since(): Since {
    const now = this.#deps.clock.now();
    return { month: monthOf(now), day: dayOf(now) };
  }
}

function recorded({ scope, monthlyCost, dailyTokens }: BudgetRow) {
  return { scope, monthlyCost, dailyTokens };
}
