import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { SpanRow } from './span-row.ts';

export interface OtlpTarget {
  /** Without `/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OtlpDeps {
  readonly version: string;
  readonly log: Pick<Logger, 'warn'>;
  readonly metrics: Pick<Metrics, 'droppedSpans'>;
}

/**
 * Sends spans to a collector by OTLP over HTTP, as the OpenTelemetry SDK does: in batches, from a queue that drops rather
 * than grows, tried again for a while when the collector is busy.
 */
export class OtlpExport {
  readonly #processor: BatchSpanProcessor;
  readonly #resource: Resource;
  readonly #version: string;

  constructor({ url, headers }: OtlpTarget, { version, log, metrics }: OtlpDeps) {
    this.#version = version;
    this.#resource = resourceFromAttributes({ 'service.name': 'atelier', 'service.version': version });
    const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, headers: { ...headers } });
    this.#processor = new BatchSpanProcessor({ exporter: telling(exporter, { log, metrics }) });
  }

  add(row: SpanRow): void {
    this.#processor.onEnd(this.#readable(row));
  }

  /** Sends what is left. A collector that is away is no reason not to stop. */
  async stop(): Promise<void> {
    await this.#processor.shutdown().catch(() => undefined);
  }

  #readable(row: SpanRow): ReadableSpan {
    const traceId = row.runId.replaceAll('-', '');
    const contextOf = (id: string) => ({ traceId, spanId: spanIdOf(id), traceFlags: TraceFlags.SAMPLED });
    const errorType = row.attributes['error.type'];
    return {
      name: row.name,
      // What asks a model is a client of it; everything else happens in here.
      kind: row.kind === 'llm_call' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      spanContext: () => contextOf(row.id),
      ...(row.parentId === null ? {} : { parentSpanContext: contextOf(row.parentId) }),
      startTime: hrTime(row.startedAt.getTime()),
      endTime: hrTime(row.startedAt.getTime() + row.durationMs),
      duration: hrTime(row.durationMs),
      status:
        row.status === 'error'
          ? { code: SpanStatusCode.ERROR, message: String(errorType ?? '') }
          : { code: SpanStatusCode.UNSET },
      attributes: { ...row.attributes, 'atelier.span.kind': row.kind },
      links: [],
      events: [],
      ended: true,
      resource: this.#resource,
      instrumentationScope: { name: 'atelier', version: this.#version },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}

/** The last eight bytes of a UUIDv7 are its random ones: as good an id as OpenTelemetry makes. */
function spanIdOf(id: string): string {
  return id.replaceAll('-', '').slice(16);
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

/** The exporter, with what it could not send counted and told. The SDK tells nobody. */
function telling(exporter: SpanExporter, { log, metrics }: Pick<OtlpDeps, 'log' | 'metrics'>): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) {
          metrics.droppedSpans.inc({ reason: 'export' }, spans.length);
          log.warn({ code: errorName(result.error) }, 'spans could not be exported; they are lost to the collector');
        }
        done(result);
      }),
    shutdown: async () => await exporter.shutdown(),
  };
}

/** What the collector answered may repeat what it was sent: only the kind of failure is told. */
function errorName(error: Error): string {
  return 'code' in error && error.code !== undefined ? `${error.name} ${String(error.code)}` : error.name;
}
