import { contentAttributes } from '@atelier/agent/tracer';
import type { RunId } from '@atelier/contracts/ids';
import {
  type FoundRunDto,
  foundRunDto,
  type SearchRunsInput,
  type SpanDto,
  spanDto,
  type TraceDto,
} from '@atelier/contracts/traces';
import type { Operation } from '@atelier/entities/operation';
import { AppError } from '@atelier/kernel/app-error';
import type { SignedIn } from '../../platform/trpc/context.ts';
import { decodeRunCursor, encodeRunCursor } from './run-cursor.ts';
import type { FoundRunRow, RunSearchRepository } from './run-search.repository.ts';
import type { SpanRow } from './span-row.ts';
import type { SpansRepository } from './spans.repository.ts';
import { totalsOf } from './trace-totals.ts';

/** The most spans of one answer. A run of a hundred steps has some hundreds. */
const maxSpans = 2000;

export interface TracesDeps {
  readonly spans: SpansRepository;
  readonly search: RunSearchRepository;
}

/** Reading what runs' time and money went into. */
export class TracesService {
  readonly #deps: TracesDeps;
  constructor(deps: TracesDeps) {
    this.#deps = deps;
  }

  /** The spans of a run of one's own that have ended, and what they come to. @throws AppError `run.not_found`. */
  async ofRun(op: Operation, principal: SignedIn, runId: RunId): Promise<TraceDto> {
    const { spans } = this.#deps;
    if (!(await spans.isOwned(op, principal, runId))) throw new AppError('run.not_found');
    return await this.#read(op, principal, runId);
  }

  /** The same of anybody's run in the current organisation, without what was said in it. @throws AppError `run.not_found`. */
  async ofFoundRun(op: Operation, principal: SignedIn, runId: RunId): Promise<TraceDto> {
    const { spans } = this.#deps;
    if (!(await spans.isOfOrganisation(op, principal.organisationId, runId))) throw new AppError('run.not_found');
    const trace = await this.#read(op, principal, runId);
    return { ...trace, spans: trace.spans.map(withoutContent) };
  }

  async #read(op: Operation, { organisationId }: SignedIn, runId: RunId): Promise<TraceDto> {
    const rows = await this.#deps.spans.ofRun(op, organisationId, runId, maxSpans + 1);
    const items = rows.slice(0, maxSpans).map(toSpanDto);
    return { runId, spans: items, isCut: rows.length > maxSpans, totals: totalsOf(items) };
  }

  /** Runs of everybody in the current organisation, newest first. @throws AppError `request.invalid` for a cursor we did not make. */
  async searchRuns(
    op: Operation,
    principal: SignedIn,
    input: SearchRunsInput,
  ): Promise<{ items: FoundRunDto[]; nextCursor: string | null }> {
    const { cursor, limit, direction: _direction, ...filter } = input;
    const after = cursor ? decodeRunCursor(cursor) : null;
    const rows = await this.#deps.search.page(op, principal.organisationId, filter, { after, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(toFoundRun), nextCursor: rows.length > limit && last ? encodeRunCursor(last) : null };
  }
}

function toSpanDto(row: SpanRow): SpanDto {
  const { runId: _runId, startedAt, ...span } = row;
  return spanDto.parse({ ...span, startedAt: startedAt.toISOString() });
}

function withoutContent(span: SpanDto): SpanDto {
  const isContent = (name: string) => contentAttributes.some((content) => content === name);
  const attributes = Object.fromEntries(Object.entries(span.attributes).filter(([name]) => !isContent(name)));
  return { ...span, attributes };
}

function toFoundRun({ userId, userName, queuedAt, ...run }: FoundRunRow): FoundRunDto {
  return foundRunDto.parse({ ...run, user: { id: userId, name: userName ?? '' }, queuedAt: queuedAt.toISOString() });
}
