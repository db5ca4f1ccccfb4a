import { type AuditEventDto, auditFilter } from '@atelier/contracts/audit';
import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import { csvLine } from '../../platform/http/csv.ts';
import type { HttpRoute } from '../../platform/http/http-route.ts';
import type { AuditService } from './audit.service.ts';

const query = z.strictObject({ ...auditFilter.shape, format: z.enum(['csv', 'json']).default('csv') });

/** The whole record as a file to keep elsewhere. */
export function auditExportRoutes(audit: AuditService): readonly HttpRoute[] {
  return [
    {
      method: 'get',
      path: '/api/audit/export',
      access: 'member',
      permission: 'audit.read',
      async handle({ request, response, op, principal }) {
        const parsed = query.safeParse(request.query);
        if (!parsed.success) throw new AppError('request.invalid', { cause: parsed.error });
        const { format, ...filter } = parsed.data;
        const write = (event: AuditEventDto) =>
          format === 'csv' ? csvLine(columns.map(([, read]) => read(event))) : JSON.stringify(event);
        let isFirst = true;
        for await (const events of audit.export(op, principal, filter)) {
          if (isFirst) begin(response, format);
          isFirst = false;
          response.write(`${events.map(write).join('\n')}\n`);
        }
        if (isFirst) begin(response, format);
        response.end();
      },
    },
  ];
}

type Response = Parameters<HttpRoute['handle']>[0]['response'];

/** One JSON object a line, or CSV with a heading (RFC 4180). */
function begin(response: Response, format: 'csv' | 'json'): void {
  response.status(200).set({
    'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    'Content-Disposition': `attachment; filename="audit.${format === 'csv' ? 'csv' : 'jsonl'}"`,
    'Cache-Control': 'no-store',
  });
  if (format === 'csv') response.write(`${csvLine(columns.map(([name]) => name))}\n`);
}

const columns: readonly (readonly [string, (event: AuditEventDto) => unknown])[] = [
  ['seq', ({ seq }) => seq],
  ['at', ({ at }) => at],
  ['action', ({ action }) => action],
  ['event', ({ event }) => event],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['actor_kind', ({ actor }) => actor.kind],
  ['actor_id', ({ actor }) => actor.id],
  ['actor_name', ({ actor }) => actor.name],
  ['target_kind', ({ target }) => target.kind],
  ['target_id', ({ target }) => target.id],
  ['change', ({ change }) => (change ? JSON.stringify(change) : '')],
  ['ip', ({ ip }) => ip],
  ['user_agent', ({ userAgent }) => userAgent],
  ['request_id', ({ requestId }) => requestId],
];
