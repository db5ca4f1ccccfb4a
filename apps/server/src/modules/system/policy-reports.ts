import * as z from 'zod';
import type { Logger } from '../../platform/telemetry/logger.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';

const tellEveryMs = 60_000;
/** Whoever sends others only grows one number. */
const maxKinds = 100;
const maxReports = 20;

/** https://www.w3.org/TR/CSP3/#csp-directives */
const directives = new Set(
  `base-uri connect-src default-src font-src form-action frame-ancestors frame-src img-src manifest-src media-src
   object-src require-trusted-types-for script-src script-src-attr script-src-elem style-src style-src-attr
   style-src-elem trusted-types worker-src`.split(/\s+/),
);
/** What is blocked and has no address. */
const keywords = new Set(['inline', 'eval', 'wasm-eval', 'data', 'blob', 'trusted-types-policy', 'trusted-types-sink']);

const text = z.string().optional().catch(undefined);
/** What browsers send for `report-uri`. */
const single = z.object({ 'csp-report': z.object({ 'effective-directive': text, 'blocked-uri': text }) });
/** What they send for `report-to`, several at once and of several kinds. */
const several = z.array(z.object({ type: z.string(), body: z.object({ effectiveDirective: text, blockedURL: text }) }));

interface Violation {
  readonly directive: string;
  readonly blocked: string;
}

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
    const violations = violationsIn(body);
    if (!violations) return false;
    for (const { directive, blocked } of violations) {
      this.#metrics.policyViolations.inc({ directive });
      const kind = `${directive} ${blocked}`;
      const key = this.#counts.has(kind) || this.#counts.size < maxKinds ? kind : 'other other';
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
    return true;
  }

  /** Writes down what was counted since the last time. */
  tell(): void {
    if (this.#counts.size === 0) return;
    this.#log.warn({ violations: Object.fromEntries(this.#counts) }, 'browsers refused what a page of ours wanted');
    this.#counts.clear();
  }
}

function violationsIn(body: unknown): readonly Violation[] | null {
  const one = single.safeParse(body);
  if (one.success) {
    const report = one.data['csp-report'];
    return [violation(report['effective-directive'], report['blocked-uri'])];
  }
  const many = several.safeParse(body);
  if (!many.success) return null;
  return many.data
    .filter(({ type }) => type === 'csp-violation')
    .slice(0, maxReports)
    .map(({ body }) => violation(body.effectiveDirective, body.blockedURL));
}

function violation(directive = '', blocked = ''): Violation {
  return { directive: directives.has(directive) ? directive : 'other', blocked: originOf(blocked) };
}

function originOf(blocked: string): string {
  if (keywords.has(blocked)) return blocked;
  if (!URL.canParse(blocked)) return 'other';
  const { origin, protocol } = new URL(blocked);
  return (origin === 'null' ? protocol : origin).slice(0, 100);
}
