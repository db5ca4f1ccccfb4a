import type { Fetch } from './cookies.ts';
import { RouteError } from './errors.ts';

/** What a route answers with, as a file. @throws RouteError with what the server refused with. */
export async function fileAt(fetch: Fetch, url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new RouteError(response.status, await response.json().catch(() => null));
  return await response.blob();
}
