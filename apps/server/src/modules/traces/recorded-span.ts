import type { Span, SpanAttributes, SpanContent, SpanEnd, SpanKind, SpanStart } from '@atelier/agent/tracer';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import type { SpanRow } from './span-row.ts';

/** The longest text of an attribute, in UTF-16 code units: a prompt may be as long as a model takes. */
const maxText = 32_000;

export interface Recording {
  readonly runId: string;
  readonly clock: Clock;
  readonly recordsContent: boolean;
  add(row: SpanRow): void;
}

interface Place {
  readonly kind: SpanKind;
  readonly name: string;
  readonly parentId: string | null;
}

/** A span under way: nothing is written before it ends. */
export class RecordedSpan implements Span {
  readonly #recording: Recording;
  readonly #place: Place;
  readonly #id = newId();
  readonly #startedAt: Date;
  /** Null when it began earlier: then the clock has to tell how long it was. */
  readonly #mark: number | null;
  readonly #attributes: Record<string, string | number | boolean> = {};
  #hasEnded = false;

  constructor(recording: Recording, place: Place, start: SpanStart = {}) {
    this.#recording = recording;
    this.#place = place;
    this.#startedAt = start.startedAt ?? recording.clock.now();
    this.#mark = start.startedAt ? null : performance.now();
    if (start.attributes) this.set(start.attributes);
  }

  start(kind: SpanKind, name: string, start?: SpanStart): Span {
    return new RecordedSpan(this.#recording, { kind, name, parentId: this.#id }, start);
  }

  set(attributes: SpanAttributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) this.#attributes[name] = typeof value === 'string' ? storable(value) : value;
    }
  }

  content(read: () => SpanContent): void {
    if (this.#recording.recordsContent) this.set(read());
  }

  end({ attributes, errorType, endedAt }: SpanEnd = {}): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (attributes) this.set(attributes);
    if (errorType !== undefined) this.set({ 'error.type': errorType });
    const { runId } = this.#recording;
    this.#recording.add({
      id: this.#id,
      runId,
      ...this.#place,
      name: storable(this.#place.name),
      startedAt: this.#startedAt,
      durationMs: this.#durationMs(endedAt),
      status: statusOf(errorType),
      attributes: this.#attributes,
    });
  }

  #durationMs(endedAt: Date | undefined): number {
    if (endedAt === undefined && this.#mark !== null) return performance.now() - this.#mark;
    const end = endedAt ?? this.#recording.clock.now();
    return Math.max(0, end.getTime() - this.#startedAt.getTime());
  }
}

function statusOf(errorType: string | undefined): SpanRow['status'] {
  if (errorType === undefined) return 'ok';
  return errorType === 'cancelled' ? 'cancelled' : 'error';
}

/** PostgreSQL's jsonb takes neither a NUL nor half a character. */
function storable(text: string): string {
  return text.slice(0, maxText).replaceAll('\0', '').toWellFormed();
}
