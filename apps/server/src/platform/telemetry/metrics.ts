import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The numbers of one process, in Prometheus' conventions: seconds, bytes, `_total`. Labels come from fixed sets only. */
export interface Metrics {
  readonly registry: Registry;
  readonly requestSeconds: Histogram<'procedure' | 'kind' | 'outcome'>;
  readonly openSockets: Gauge;
  readonly bufferedBytes: Gauge;
  readonly closedSockets: Counter<'reason'>;
  readonly policyViolations: Counter<'directive'>;
  readonly subscriptions: Gauge<'procedure'>;
  readonly logFlushSeconds: Histogram;
  readonly logEvents: Counter<'kind'>;
  readonly activeRuns: Gauge;
  readonly finishedRuns: Counter<'state'>;
  readonly firstTokenSeconds: Histogram;
  readonly droppedSpans: Counter<'reason'>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'atelier_' });
  const registers = [registry];
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'atelier_request_seconds',
      help: 'Duration of tRPC procedures.',
      labelNames: ['procedure', 'kind', 'outcome'],
      buckets: seconds,
      registers,
    }),
    openSockets: new Gauge({ name: 'atelier_sockets_open', help: 'Open WebSockets.', registers }),
    bufferedBytes: new Gauge({
      name: 'atelier_sockets_buffered_bytes',
      help: 'Bytes that wait in WebSockets because their readers are slow.',
      registers,
    }),
    closedSockets: new Counter({
      name: 'atelier_sockets_closed_total',
      help: 'WebSockets the server closed, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    policyViolations: new Counter({
      name: 'atelier_policy_violations_total',
      help: "What browsers say that a page's Content-Security-Policy refused.",
      labelNames: ['directive'],
      registers,
    }),
    subscriptions: new Gauge({
      name: 'atelier_subscriptions_open',
      help: 'Open subscriptions.',
      labelNames: ['procedure'],
      registers,
    }),
    logFlushSeconds: new Histogram({
      name: 'atelier_log_flush_seconds',
      help: 'Duration of one group commit of the session log.',
      buckets: seconds,
      registers,
    }),
    logEvents: new Counter({
      name: 'atelier_log_events_total',
      help: 'Entries written to session logs.',
      labelNames: ['kind'],
      registers,
    }),
    activeRuns: new Gauge({ name: 'atelier_runs_active', help: 'Runs this process works on.', registers }),
    finishedRuns: new Counter({
      name: 'atelier_runs_finished_total',
      help: 'Runs this process ended, by state.',
      labelNames: ['state'],
      registers,
    }),
    firstTokenSeconds: new Histogram({
      name: 'atelier_first_token_seconds',
      help: 'From the claim of a run to its first token.',
      buckets: seconds,
      registers,
    }),
    droppedSpans: new Counter({
      name: 'atelier_spans_dropped_total',
      help: 'Spans that were lost, by reason.',
      labelNames: ['reason'],
      registers,
    }),
  };
}
