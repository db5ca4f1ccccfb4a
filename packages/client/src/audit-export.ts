import type { AuditFilter } from '@atelier/contracts/audit';
import type { Fetch } from './cookies.ts';
import { fileAt } from './file-at.ts';

/** What is exported, and how it is written: `json` is one object a line. */
export type AuditExport = Partial<AuditFilter> & { readonly format: 'csv' | 'json' };

/** The whole record as a file, as far as the filter lets it through. @throws RouteError with what the server refused with. */
export async function exportAudit(fetch: Fetch, base: string, wanted: AuditExport): Promise<Blob> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) query.set(name, value);
  return await fileAt(fetch, `${base}/api/audit/export?${query}`);
}
