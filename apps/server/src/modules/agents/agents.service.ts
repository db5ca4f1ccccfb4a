import { setImmediate } from 'node:timers/promises';
import {
  type AgentContent,
  type AgentDetail,
  type AgentDto,
  type AgentScope,
  type AgentVersions,
  agentContent,
  agentDetail,
  agentDto,
  agentVersions,
} from '@atelier/contracts/agents';
import type { SessionDto } from '@atelier/contracts/sessions';
import type { Database } from '@atelier/entities/database';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SignedIn } from '../../platform/trpc/context.ts';
import type { AuditFact, AuditLog } from '../audit/index.ts';
import type { AvailableModelsService } from '../models/index.ts';
import type { SessionsService } from '../sessions/index.ts';
import type { AgentOwner, AgentRow, AgentsRepository, AgentWithContent, VersionRow } from './agents.repository.ts';
import { versionPatch } from './version-patch.ts';

const most = 100;
const versionsOfPage = 30;
/** Comparing holds up everybody: so long for one version, and for all of a page. Whoever makes them writes what is compared. */
const patchMs = 100;
const pageMs = 400;

export interface AgentsDeps {
  readonly db: Database;
  readonly agents: AgentsRepository;
  readonly models: AvailableModelsService;
  readonly sessions: SessionsService;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Agents of the signed-in person, and of their organisation. A change makes a version; none is ever changed. */
export class AgentsService {
  readonly #deps: AgentsDeps;
  constructor(deps: AgentsDeps) {
    this.#deps = deps;
  }

  /** By name: the organisation's and the person's own. */
  async list(op: Operation, principal: SignedIn): Promise<readonly AgentDto[]> {
    return (await this.#deps.agents.list(op, principal)).map((row) => agentDto.parse(summary(row)));
  }

  /** @throws AppError `agent.not_found`. */
  async get(op: Operation, principal: SignedIn, id: string): Promise<AgentDetail> {
    return toDetail(await this.#visible(op, principal, id));
  }

  /** Newest first. @throws AppError `agent.not_found`. */
  async versions(op: Operation, principal: SignedIn, id: string, before: number | null): Promise<AgentVersions> {
    const { version } = await this.#visible(op, principal, id);
    const rows = await this.#deps.agents.versions(op, id, { before, limit: versionsOfPage + 1 });
    const labelOf = await this.#labels(op, principal);
    const items = [];
    let leftMs = pageMs;
    for (const [index, row] of rows.slice(0, versionsOfPage).entries()) {
      const older = rows[index + 1];
      const startedAt = performance.now();
      const maxMs = Math.min(patchMs, leftMs);
      const patch = versionPatch(older ? contentOf(older) : null, contentOf(row), { labelOf, maxMs });
      items.push({ ...toVersion(row, version), patch });
      leftMs -= performance.now() - startedAt;
      // Others are served between two of them.
      await setImmediate();
    }
    return agentVersions.parse({ items, hasOlder: rows.length > versionsOfPage });
  }

  /** @throws AppError `agent.too_many`, `model.not_found`, `chain.not_found`. */
  async create(op: Operation, principal: SignedIn, scope: AgentScope, content: AgentContent): Promise<AgentDetail> {
    const { db, agents, clock } = this.#deps;
    await this.#checkModel(op, principal, content);
    return await db.transaction(op, async (op) => {
      const owner = ownerOf(principal, scope);
      const id = newId();
      await agents.insert(op, owner, { id, at: clock.now() });
      if ((await agents.count(op, owner)) > most) throw new AppError('agent.too_many');
      await this.#addVersion(op, principal, id, content);
      await this.#record(op, principal, scope, { action: 'agent.created', target: targetOf(id), after: told(content) });
      return await this.get(op, principal, id);
    });
  }

  /** What is no change makes no version. @throws AppError `agent.not_found`, `agent.stale`, `model.not_found`, `chain.not_found`. */
  async update(
    op: Operation,
    principal: SignedIn,
    scope: AgentScope,
    input: { readonly agentId: string; readonly revision: number; readonly content: AgentContent },
  ): Promise<AgentDetail> {
    const { db, agents } = this.#deps;
    await this.#checkModel(op, principal, input.content);
    return await db.transaction(op, async (op) => {
      await this.#locked(op, principal, scope, input);
      const before = await this.get(op, principal, input.agentId);
      if (JSON.stringify(before.content) === JSON.stringify(agentContent.parse(input.content))) return before;
      const number = await this.#addVersion(op, principal, input.agentId, input.content);
      await agents.setVersion(op, input.agentId, number);
      await this.#record(op, principal, scope, {
        action: 'agent.changed',
        target: targetOf(input.agentId),
        before: { ...told(before.content), version: before.version },
        after: { ...told(input.content), version: number },
      });
      return await this.get(op, principal, input.agentId);
    });
  }

  /** An older version is in use again, or a newer one. @throws AppError `agent.not_found`, `agent.stale`. */
  async restoreVersion(
    op: Operation,
    principal: SignedIn,
    scope: AgentScope,
    input: { readonly agentId: string; readonly revision: number; readonly version: number },
  ): Promise<AgentDetail> {
    const { db, agents } = this.#deps;
    return await db.transaction(op, async (op) => {
      await this.#locked(op, principal, scope, input);
      const before = await this.get(op, principal, input.agentId);
      if (!(await agents.hasVersion(op, input.agentId, input.version))) throw new AppError('agent.not_found');
      if (before.version === input.version) return before;
      await agents.setVersion(op, input.agentId, input.version);
      await this.#record(op, principal, scope, {
        action: 'agent.version_restored',
        target: targetOf(input.agentId),
        before: { version: before.version },
        after: { version: input.version },
      });
      return await this.get(op, principal, input.agentId);
    });
  }

  /** Nobody can choose it any more; what follows it goes on with the standard agent. @throws AppError `agent.not_found`. */
  async archive(op: Operation, principal: SignedIn, scope: AgentScope, id: string): Promise<void> {
    const { db, agents, clock } = this.#deps;
    await db.transaction(op, async (op) => {
      const isThere = await agents.lock(op, ownerOf(principal, scope), id);
      if (!isThere) throw new AppError('agent.not_found');
      const { content } = await this.get(op, principal, id);
      await agents.archive(op, id, clock.now());
      await this.#record(op, principal, scope, {
        action: 'agent.archived',
        target: targetOf(id),
        before: told(content),
      });
    });
  }

  /** Who answers in a session from its next message on; null: the standard agent. @throws AppError `agent.not_found`, `session.not_found`. */
  async use(
    op: Operation,
    principal: SignedIn,
    input: { readonly sessionId: string; readonly agentId: string | null },
  ): Promise<SessionDto> {
    const { agentId } = input;
    if (agentId !== null) await this.#visible(op, principal, agentId);
    return await this.#deps.sessions.change(op, principal, input.sessionId, { agentId });
  }

  /** What models are called here; of one that is gone there is only its id. */
  async #labels(op: Operation, principal: SignedIn): Promise<(model: AgentContent['model']) => string> {
    const { models, chains } = await this.#deps.models.list(op, principal);
    return (model) => {
      if (model === null) return '*';
      if (model.kind === 'model') return models.find(({ id }) => id === model.modelId)?.label ?? model.modelId;
      return chains.find(({ id }) => id === model.chainId)?.name ?? model.chainId;
    };
  }

  async #visible(op: Operation, principal: SignedIn, id: string): Promise<AgentWithContent> {
    const row = await this.#deps.agents.find(op, principal, id);
    if (!row) throw new AppError('agent.not_found');
    return row;
  }

  async #locked(
    op: Operation,
    principal: SignedIn,
    scope: AgentScope,
    input: { readonly agentId: string; readonly revision: number },
  ): Promise<void> {
    const row = await this.#deps.agents.lock(op, ownerOf(principal, scope), input.agentId);
    if (!row) throw new AppError('agent.not_found');
    if (row.revision !== input.revision) throw new AppError('agent.stale', { details: { revision: row.revision } });
  }

  /** A model that may be used here now. Later it may be gone: then it is passed over. */
  async #checkModel(op: Operation, principal: SignedIn, { model }: AgentContent): Promise<void> {
    if (model === null) return;
    const { models, chains } = await this.#deps.models.list(op, principal);
    if (model.kind === 'model' && !models.some(({ id }) => id === model.modelId)) throw new AppError('model.not_found');
    if (model.kind === 'chain' && !chains.some(({ id }) => id === model.chainId)) throw new AppError('chain.not_found');
  }

  async #addVersion(op: Operation, principal: SignedIn, agentId: string, content: AgentContent): Promise<number> {
    const { agents, clock } = this.#deps;
    return await agents.insertVersion(op, {
      id: newId(),
      agentId,
      content: agentContent.parse(content),
      authorId: principal.userId,
      createdAt: clock.now(),
    });
  }

  async #record(op: Operation, principal: SignedIn, scope: AgentScope, fact: AuditFact): Promise<void> {
    if (scope === 'organisation') await this.#deps.audit.record(op, principal.organisationId, fact);
  }
}

function ownerOf({ organisationId, userId }: SignedIn, scope: AgentScope): AgentOwner {
  return { organisationId, userId: scope === 'person' ? userId : null };
}

function targetOf(id: string) {
  return { kind: 'agent', id };
}

/** What the record says: instructions may hold anything, and the versions have them. */
function told({ name, model, tools, rules }: AgentContent) {
  return { name, model, tools, rules };
}

function summary({ id, userId, name, description, version, revision, createdAt, updatedAt }: AgentRow) {
  return {
    id,
    scope: userId === null ? 'organisation' : 'person',
    name,
    description,
    version,
    revision,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function contentOf({ name, description, instructions, model, tools, rules }: AgentContent): AgentContent {
  return agentContent.parse({ name, description, instructions, model, tools, rules });
}

function toDetail(row: AgentWithContent): AgentDetail {
  return agentDetail.parse({ ...summary(row), content: contentOf(row) });
}

function toVersion(row: VersionRow, current: number) {
  return {
    number: row.number,
    isCurrent: row.number === current,
    content: contentOf(row),
    author: row.authorId === null ? null : { userId: row.authorId, name: row.authorName ?? '' },
    createdAt: row.createdAt.toISOString(),
  };
}
