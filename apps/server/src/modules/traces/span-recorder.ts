import type { Tracer } from '@atelier/agent/tracer';
import type { Clock } from '@atelier/kernel/clock';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { isDatabaseAway } from '../../platform/trpc/wire-errors.ts';
import { RecordedSpan } from './recorded-span.ts';
import type { SpanRow } from './span-row.ts';

const batchSize = 200;
const flushMs = 500;
/** After the end of a run: soon enough for whoever looks, and once for many runs that end together. */
const endedFlushMs = 100;
/** Some megabytes. Spans that end while it is full are lost, and counted. */
const maxBuffered = 10_000;

export interface SpanRecorderDeps {
  readonly store: (rows: readonly SpanRow[]) => Promise<void>;
  /** Where spans go besides; null: nowhere. */
  readonly exporter: { add(row: SpanRow): void; stop(): Promise<void> } | null;
  readonly recordsContent: boolean;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly metrics: Pick<Metrics, 'droppedSpans'>;
}

/**
 * Takes the spans of this process's runs as they end, and writes them in batches. Nothing of a run waits for it, and
 * nothing that fails here fails a run.
 */
export class SpanRecorder {
  readonly #deps: SpanRecorderDeps;
  readonly #buffer: SpanRow[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isSoon = false;
  #writing: Promise<void> | null = null;

  constructor(deps: SpanRecorderDeps) {
    this.#deps = deps;
  }

  tracerOf({ id, sessionId }: { readonly id: string; readonly sessionId: string }): Tracer {
    const { clock, recordsContent } = this.#deps;
    const attributes = { 'gen_ai.conversation.id': sessionId };
    const recording = { runId: id, clock, recordsContent, add: (row: SpanRow) => this.#add(row) };
    return {
      start: (kind, name, start) => {
        const place = { kind, name, parentId: null };
        return new RecordedSpan(recording, place, { ...start, attributes: { ...attributes, ...start?.attributes } });
      },
    };
  }

  /** Writes what has ended by now in a moment. Nobody waits for it. */
  flushSoon(): void {
    if (this.#isSoon || this.#buffer.length === 0) return;
    this.#stopTimer();
    this.#isSoon = true;
    this.#flushLater(endedFlushMs);
  }

  /** Writes what has ended by now. Resolves when it is written, given up, or left for when PostgreSQL is back. */
  flush(): Promise<void> {
    this.#stopTimer();
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async stop(): Promise<void> {
    await this.flush();
    this.#stopTimer();
    if (this.#buffer.length > 0) this.#deps.metrics.droppedSpans.inc({ reason: 'stopped' }, this.#buffer.length);
    await this.#deps.exporter?.stop();
  }

  #add(row: SpanRow): void {
    this.#deps.exporter?.add(row);
    if (this.#buffer.length >= maxBuffered) {
      this.#deps.metrics.droppedSpans.inc({ reason: 'full' });
      return;
    }
    this.#buffer.push(row);
    if (this.#buffer.length >= batchSize && this.#writing === null) void this.flush();
    else this.#flushLater(flushMs);
  }

  #flushLater(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms).unref();
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isSoon = false;
  }

  async #write(): Promise<void> {
    const { store, log, metrics } = this.#deps;
    while (this.#buffer.length > 0) {
      const batch = this.#buffer.slice(0, batchSize);
      try {
        await store(batch);
      } catch (error) {
        if (isDatabaseAway(error)) return this.#flushLater(flushMs);
        metrics.droppedSpans.inc({ reason: 'refused' }, batch.length);
        log.warn({ error }, 'spans could not be stored; they are lost');
      }
      this.#buffer.splice(0, batch.length);
    }
  }
}
