import type { AgentScope } from '@atelier/contracts/agents';
import {
  inputMark,
  type PipelineContent,
  type PipelineDetail,
  type PipelineDto,
  pipelineContent,
  pipelineDetail,
  pipelineDto,
} from '@atelier/contracts/pipelines';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AgentsRepository } from '../agents/index.ts';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import type { PipelineOwner, PipelineRow, PipelinesRepository } from './pipelines.repository.ts';

const most = 100;

export interface PipelinesDeps {
  readonly db: Database;
  readonly pipelines: PipelinesRepository;
  readonly agents: AgentsRepository;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Pipelines of the signed-in person, and of their organisation, as they are written down. */
export class PipelinesService {
  readonly #deps: PipelinesDeps;
  constructor(deps: PipelinesDeps) {
    this.#deps = deps;
  }

  /** By name: the organisation's and the person's own. */
  async list(op: Operation, principal: SignedIn): Promise<readonly PipelineDto[]> {
    return (await this.#deps.pipelines.list(op, principal)).map((row) => pipelineDto.parse(summary(row)));
  }

  /** @throws AppError `pipeline.not_found`. */
  async get(op: Operation, principal: SignedIn, id: string): Promise<PipelineDetail> {
    const row = await this.#deps.pipelines.find(op, principal, id);
    if (!row) throw new AppError('pipeline.not_found');
    const { name, description, stages } = row;
    return pipelineDetail.parse({ ...summary(row), content: { name, description, stages } });
  }

  /** @throws AppError `pipeline.too_many`, `agent.not_found` for an agent that not everybody has who has the pipeline. */
  async create(op: Operation, principal: SignedIn, scope: AgentScope, given: PipelineContent): Promise<PipelineDetail> {
    const { db, pipelines, clock } = this.#deps;
    const owner = ownerOf(principal, scope);
    const content = pipelineContent.parse(given);
    return await db.transaction(op, async (op) => {
      await this.#checkAgents(op, owner, content);
      const id = newId();
      await pipelines.insert(op, owner, { id, content, at: clock.now() });
      if ((await pipelines.count(op, owner)) > most) throw new AppError('pipeline.too_many');
      await this.#record(op, owner, { action: 'pipeline.created', target: targetOf(id), after: told(content) });
      return await this.get(op, principal, id);
    });
  }

  /** What has been started goes on as it was. @throws AppError `pipeline.not_found`, `pipeline.stale`, `agent.not_found`. */
  async update(
    op: Operation,
    principal: SignedIn,
    scope: AgentScope,
    input: { readonly pipelineId: string; readonly revision: number; readonly content: PipelineContent },
  ): Promise<PipelineDetail> {
    const { db, pipelines, clock } = this.#deps;
    const owner = ownerOf(principal, scope);
    const content = pipelineContent.parse(input.content);
    return await db.transaction(op, async (op) => {
      const { revision } = await this.#locked(op, owner, input.pipelineId);
      if (revision !== input.revision) throw new AppError('pipeline.stale', { details: { revision } });
      await this.#checkAgents(op, owner, content);
      const before = await this.get(op, principal, input.pipelineId);
      await pipelines.change(op, input.pipelineId, content, clock.now());
      await this.#record(op, owner, {
        action: 'pipeline.changed',
        target: targetOf(input.pipelineId),
        before: told(before.content),
        after: told(content),
      });
      return await this.get(op, principal, input.pipelineId);
    });
  }

  /** Nobody can start it any more; what has been started goes on. @throws AppError `pipeline.not_found`. */
  async archive(op: Operation, principal: SignedIn, scope: AgentScope, id: string): Promise<void> {
    const { db, pipelines, clock } = this.#deps;
    const owner = ownerOf(principal, scope);
    await db.transaction(op, async (op) => {
      await this.#locked(op, owner, id);
      const { content } = await this.get(op, principal, id);
      await pipelines.archive(op, id, clock.now());
      await this.#record(op, owner, { action: 'pipeline.archived', target: targetOf(id), before: told(content) });
    });
  }

  async #locked(op: Operation, owner: PipelineOwner, id: string): Promise<{ readonly revision: number }> {
    const row = await this.#deps.pipelines.lock(op, owner, id);
    if (!row) throw new AppError('pipeline.not_found');
    return row;
  }

  /** Each agent that is named has to be there for whoever has the pipeline. */
  async #checkAgents(op: Operation, owner: PipelineOwner, { stages }: PipelineContent): Promise<void> {
    const named = stages.flatMap(({ agentId, gate }) => [agentId, gate.kind === 'check' ? gate.agentId : null]);
    for (const id of new Set(named)) {
      if (id !== null && !(await this.#deps.agents.find(op, owner, id))) throw new AppError('agent.not_found');
    }
  }

  async #record(op: Operation, { organisationId, userId }: PipelineOwner, fact: AuditFact): Promise<void> {
    if (userId === null) await this.#deps.audit.record(op, organisationId, fact);
  }
}

function ownerOf({ organisationId, userId }: SignedIn, scope: AgentScope): PipelineOwner {
  return { organisationId, userId: scope === 'person' ? userId : null };
}

function targetOf(id: string) {
  return { kind: 'pipeline', id };
}

/** Goals may hold anything: the record says what the stages are called and who works on them. */
function told({ name, stages }: PipelineContent) {
  return { name, stages: stages.map(({ name, agentId, gate }) => ({ name, agentId, gate: gate.kind })) };
}

function summary({ id, userId, name, description, stages, revision, createdAt, updatedAt }: PipelineRow) {
  return {
    id,
    scope: userId === null ? 'organisation' : 'person',
    name,
    description,
    stages: stages.map((stage) => stage.name),
    takesInput: stages.some(({ goal }) => goal.includes(inputMark)),
    revision,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
