import type { Fetch } from './cookies.ts';
import { fileAt } from './file-at.ts';

/** Whose usage is exported, and of how many days back. */
export interface UsageExport {
  readonly of: 'own' | 'organisation';
  readonly days: number;
}

/** What was used by day, person and model, as CSV. @throws RouteError with what the server refused with. */
export async function exportUsage(fetch: Fetch, base: string, { of, days }: UsageExport): Promise<Blob> {
  return await fileAt(fetch, `${base}/api/usage/${of}.csv?days=${days}`);
}
