import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { newId } from '@atelier/kernel/ids';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { OtlpExport } from './otlp-export.ts';
import type { SpanRow } from './span-row.ts';

const value = z.object({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() });
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? value.intValue])));
/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
const received = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number(),
              startTimeUnixNano: z.coerce.bigint(),
              endTimeUnixNano: z.coerce.bigint(),
              attributes,
              status: z.object({ code: z.number(), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A collector on loopback: keeps what it is sent, or refuses it. */
async function collector(status = 200) {
  const requests: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers, body: await text(request) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // `address` is null or a path for servers that listen at no port only.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function row(over: Partial<SpanRow> = {}): SpanRow {
  return {
    id: newId(),
    runId: newId(),
    parentId: null,
    kind: 'agent_turn',
    name: 'invoke_agent',
    startedAt: new Date(1_700_000_000_123),
    durationMs: 1500.25,
    status: 'ok',
    attributes: {},
    ...over,
  };
}

function exportTo(url: string) {
  const metrics = createMetrics();
  const warnings: unknown[] = [];
  const log = { warn: (fields: unknown) => void warnings.push(fields) };
  const otlp = new OtlpExport({ url, headers: { 'x-team': 'atelier' } }, { version: '1.2.3', log, metrics });
  return { otlp, warnings, dropped: async () => (await metrics.droppedSpans.get()).values };
}

test('a collector is sent the spans of a run as one trace, with its headers', async () => {
  await using target = await collector();
  const { otlp, warnings } = exportTo(target.url);
  const turn = row();
  const call = row({
    runId: turn.runId,
    parentId: turn.id,
    kind: 'llm_call',
    name: 'chat a-model',
    status: 'error',
    attributes: { 'gen_ai.request.model': 'a-model', 'gen_ai.usage.input_tokens': 12, 'error.type': 'provider.cut' },
  });

  otlp.add(call);
  otlp.add(turn);
  await otlp.stop();

  expect(target.requests).toMatchObject([
    { url: '/v1/traces', headers: { 'x-team': 'atelier', 'content-type': 'application/json' } },
  ]);
  const [resource] = received.parse(JSON.parse(target.requests[0]?.body ?? '')).resourceSpans;
  expect(resource?.resource.attributes).toMatchObject({ 'service.name': 'atelier', 'service.version': '1.2.3' });
  const traceId = turn.runId.replaceAll('-', '');
  const spanId = turn.id.replaceAll('-', '').slice(16);
  expect(resource?.scopeSpans[0]?.spans).toEqual([
    expect.objectContaining({
      traceId,
      parentSpanId: spanId,
      name: 'chat a-model',
      kind: 3,
      attributes: { ...call.attributes, 'atelier.span.kind': 'llm_call' },
      status: { code: 2, message: 'provider.cut' },
    }),
    expect.objectContaining({
      traceId,
      spanId,
      kind: 1,
      startTimeUnixNano: 1_700_000_000_123_000_000n,
      endTimeUnixNano: 1_700_000_001_623_250_000n,
      status: { code: 0 },
    }),
  ]);
  expect(warnings).toEqual([]);
});

test('what a collector refuses is lost, counted and told without what it was', async () => {
  await using target = await collector(400);
  const { otlp, warnings, dropped } = exportTo(target.url);

  otlp.add(row({ name: 'canary' }));
  await otlp.stop();

  expect(await dropped()).toMatchObject([{ labels: { reason: 'export' }, value: 1 }]);
  expect(warnings).toHaveLength(1);
  expect(JSON.stringify(warnings)).not.toContain('canary');
});
