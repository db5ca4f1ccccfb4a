import type { SpanKind } from '@atelier/agent/tracer';
import type { SpanDto } from '@atelier/contracts/traces';

/** A span that has ended. */
export interface SpanRow {
  readonly id: string;
  readonly runId: string;
  readonly parentId: string | null;
  readonly kind: SpanKind;
  readonly name: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly status: SpanDto['status'];
  readonly attributes: SpanDto['attributes'];
}
