import type { Permission } from '@atelier/contracts/permissions';
import { AppError } from '@atelier/kernel/app-error';
import * as z from 'zod';
import { csvLine } from '../../platform/http/csv.ts';
import type { HttpRoute } from '../../platform/http/http-route.ts';
import type { ExportedRow } from './usage.repository.ts';
import type { UsageService } from './usage.service.ts';

const query = z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(30) });

const heading = [
  'day',
  'user_id',
  'user_name',
  'provider',
  'model',
  'label',
  'calls',
  'unpriced_calls',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'reasoning_tokens',
  'cost_microdollars',
];

/** What was used, by day, person and model, as a file: one's own, and everybody's in the organisation. */
export function usageExportRoutes(usage: UsageService): readonly HttpRoute[] {
  return [
    exportRoute(usage, { path: '/api/usage/own.csv', permission: 'account.read', isOwn: true }),
    exportRoute(usage, { path: '/api/usage/organisation.csv', permission: 'usage.read', isOwn: false }),
  ];
}

function exportRoute(
  usage: UsageService,
  { path, permission, isOwn }: { readonly path: string; readonly permission: Permission; readonly isOwn: boolean },
): HttpRoute {
  return {
    method: 'get',
    path,
    access: 'member',
    permission,
    async handle({ request, response, op, principal: { organisationId, userId } }) {
      const parsed = query.safeParse(request.query);
      if (!parsed.success) throw new AppError('request.invalid', { cause: parsed.error });
      const days = usage.export(op, { organisationId, userId: isOwn ? userId : null }, parsed.data.days);
      // The first day is read before anything is answered: what fails then is still told as an error.
      let isBegun = false;
      for await (const { day, rows } of days) {
        if (!isBegun) begin(response);
        isBegun = true;
        for (const row of rows) response.write(`${csvLine(valuesOf(day, row))}\n`);
      }
      response.end();
    },
  };
}

type Response = Parameters<HttpRoute['handle']>[0]['response'];

function begin(response: Response): void {
  response.status(200).set({
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="usage.csv"',
    'Cache-Control': 'no-store',
  });
  response.write(`${csvLine(heading)}\n`);
}

/** What nobody knows the cost of has none, not nothing. */
function valuesOf(day: string, row: ExportedRow): readonly unknown[] {
  return [
    day,
    row.userId,
    row.name,
    row.provider,
    row.model,
    row.label,
    row.calls,
    row.unpricedCalls,
    row.inputTokens,
    row.outputTokens,
    row.cachedInputTokens,
    row.reasoningTokens,
    row.unpricedCalls === row.calls ? '' : row.cost,
  ];
}
