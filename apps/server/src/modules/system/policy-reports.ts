import * as z from 'zod';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';

const tellEveryMs = 60_000;
/** Whoever sends others only grows one number. */
const maxKinds = 100;

/** https://www.w3.org/TR/CSP3/#csp-directives */
const directives = new Set(
  `base-uri connect-src default-src font-src form-action frame-ancestors frame-src img-src manifest-src media-src
   object-src require-trusted-types-for script-src script-src-attr script-src-elem style-src style-src-attr
   style-src-elem trusted-types worker-src`.split(/\s+/),
);
/** What is blocked and has no address. */
const keywords = new Set(['inline', 'eval', 'wasm-eval', 'data', 'blob', 'trusted-types-policy', 'trusted-types-sink']);

const text = z.string().optional().catch(undefined);
/** What browsers send for `report-uri`: https://www.w3.org/TR/CSP3/#deprecated-serialize-violation */
const report = z.object({ 'csp-report': z.object({ 'effective-directive': text, 'blocked-uri': text }) });

/**
 * Counts what browsers say that a page's policy refused, and tells the log once a minute. Anybody may send such
 * reports: nothing of them is kept but a known directive and the origin that was blocked, without path and query.
 */
export class PolicyReports {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(log: Logger, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  start(): void {
    this.#timer = setInterval(() => this.tell(), tellEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.tell();
  }

  /** Tells whether this is a report at all. */
  accept(body: unknown): boolean {
    const parsed = report.safeParse(body);
    if (!parsed.success) return false;
    const { 'effective-directive': named = '', 'blocked-uri': blocked = '' } = parsed.data['csp-report'];
    const directive = directives.has(named) ? named : 'other';
    this.#metrics.policyViolations.inc({ directive });
    const kind = `${directive} ${originOf(blocked)}`;
    const key = this.#counts.has(kind) || this.#counts.size < maxKinds ? kind : 'other other';
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return true;
  }

  /** Writes down what was counted since the last time. */
  tell(): void {
    if (this.#counts.size === 0) return;
    this.#log.warn({ violations: Object.fromEntries(this.#counts) }, 'browsers refused what a page of ours wanted');
    this.#counts.clear();
  }
}

function originOf(blocked: string): string {
  if (keywords.has(blocked)) return blocked;
  if (!URL.canParse(blocked)) return 'other';
  const { origin, protocol } = new URL(blocked);
  return (origin === 'null' ? protocol : origin).slice(0, 100);
}
