import type { Approvals } from '@atelier/agent/ports';
import {
  type ApprovalAction,
  type ApprovalRuleDto,
  type ApprovalScope,
  approvalRuleDto,
} from '@atelier/contracts/approvals';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditLog } from '../audit/index.ts';
import type { SessionsService } from '../sessions/index.ts';
import type { ApprovalRulesRepository, RuleRow } from './approval-rules.repository.ts';
import { callToJudge, patternsLike } from './call-subjects.ts';
import { judgeCall, type Rule } from './judge-call.ts';

const system: Operation = { principal: { kind: 'system' } };
const maxRules = 200;

export interface ApprovalRulesDeps {
  readonly db: Database;
  readonly rules: ApprovalRulesRepository;
  readonly sessions: SessionsService;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** What the agent of a run brings. */
  readonly rulesOfAgent: (op: Operation, runId: string) => Promise<readonly Rule[]>;
  /** How long a person is waited for. */
  readonly waitMs: number;
}

interface RuleInput {
  readonly tool: string;
  readonly pattern: string;
  readonly action: ApprovalAction;
}

/** What agents may do without asking, and never: kept by people for themselves, and by administrators for everybody. */
export class ApprovalRulesService {
  readonly #deps: ApprovalRulesDeps;
  constructor(deps: ApprovalRulesDeps) {
    this.#deps = deps;
  }

  /** The rules that hold for this person: everywhere, and in one session. @throws AppError `session.not_found`. */
  async list(op: Operation, principal: SignedIn, sessionId: string | null): Promise<readonly ApprovalRuleDto[]> {
    if (sessionId !== null) await this.#deps.sessions.get(op, principal, sessionId);
    const { organisationId, userId } = principal;
    return (await this.#deps.rules.holding(op, { organisationId, userId, sessionId })).map(toDto);
  }

  /** @throws AppError `session.not_found`, `rule.too_many`. */
  async putOwn(
    op: Operation,
    principal: SignedIn,
    input: RuleInput & { readonly sessionId: string | null },
  ): Promise<ApprovalRuleDto> {
    if (input.sessionId !== null) await this.#deps.sessions.get(op, principal, input.sessionId);
    return toDto(await this.#put(op, { ...input, organisationId: principal.organisationId, userId: principal.userId }));
  }

  /** Leave for every call like this one in the session, from now on. @throws AppError `rule.too_many`. */
  async allowLike(
    op: Operation,
    principal: SignedIn,
    call: { readonly sessionId: string; readonly tool: string; readonly inputText: string },
  ): Promise<void> {
    const { organisationId, userId } = principal;
    const { sessionId, tool } = call;
    const owner = { organisationId, userId, sessionId } as const;
    for (const pattern of await patternsLike(call)) await this.#put(op, { ...owner, tool, pattern, action: 'allow' });
  }

  /** @throws AppError `rule.not_found`. */
  async removeOwn(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { organisationId, userId } = principal;
    const removed = await this.#deps.rules.remove(op, { organisationId, userId }, id);
    if (!removed) throw new AppError('rule.not_found');
  }

  /** For everybody in the organisation. @throws AppError `rule.too_many`. */
  async putOrganisation(op: Operation, principal: SignedIn, input: RuleInput): Promise<ApprovalRuleDto> {
    const { db, audit } = this.#deps;
    return await db.transaction(op, async (op) => {
      const { organisationId } = principal;
      const rule = await this.#put(op, { ...input, organisationId, userId: null, sessionId: null });
      await audit.record(op, organisationId, {
        action: 'approval_rule.changed',
        target: { kind: 'approval_rule', id: rule.id },
        after: { tool: rule.tool, pattern: rule.pattern, action: rule.action },
      });
      return toDto(rule);
    });
  }

  /** @throws AppError `rule.not_found`. */
  async removeOrganisation(op: Operation, principal: SignedIn, id: string): Promise<void> {
    const { db, rules, audit } = this.#deps;
    await db.transaction(op, async (op) => {
      const rule = await rules.remove(op, { organisationId: principal.organisationId, userId: null }, id);
      if (!rule) throw new AppError('rule.not_found');
      await audit.record(op, principal.organisationId, {
        action: 'approval_rule.removed',
        target: { kind: 'approval_rule', id },
        before: { tool: rule.tool, pattern: rule.pattern, action: rule.action },
      });
    });
  }

  /** What one run asks before each call. Rules are read each time: one that was just made holds for the next call. */
  approvalsOf(runId: string): Approvals {
    const { rules, rulesOfAgent, waitMs } = this.#deps;
    return {
      judge: async (call) => {
        const [ofPeople, ofAgent] = [await rules.ofRun(system, runId), await rulesOfAgent(system, runId)];
        return judgeCall([...ofPeople.map(toRule), ...ofAgent], await callToJudge(call));
      },
      expiryOf: (now) => new Date(now.getTime() + waitMs),
    };
  }

  async #put(op: Operation, input: Omit<RuleRow, 'id' | 'createdAt'>): Promise<RuleRow> {
    const { db, rules, clock } = this.#deps;
    return await db.transaction(op, async (op) => {
      const rule = await rules.put(op, { ...input, id: newId(), createdAt: clock.now() });
      if ((await rules.count(op, input)) > maxRules) throw new AppError('rule.too_many');
      return rule;
    });
  }
}

function toRule({ userId, sessionId, tool, pattern, action }: RuleRow): Rule {
  return { scope: scopeOf({ userId, sessionId }), tool, pattern, action };
}

function scopeOf({ userId, sessionId }: Pick<RuleRow, 'userId' | 'sessionId'>): ApprovalScope {
  if (sessionId !== null) return 'session';
  return userId === null ? 'organisation' : 'person';
}

function toDto(row: RuleRow): ApprovalRuleDto {
  const { id, sessionId, tool, pattern, action, createdAt } = row;
  return approvalRuleDto.parse({
    id,
    scope: scopeOf(row),
    sessionId,
    tool,
    pattern,
    action,
    createdAt: createdAt.toISOString(),
  });
}
