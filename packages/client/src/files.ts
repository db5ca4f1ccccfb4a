import { type UploadDto, uploadDto } from '@atelier/contracts/files';
import type { Fetch } from './cookies.ts';
import { RouteError } from './errors.ts';
import { fileAt } from './file-at.ts';

export interface UploadOptions {
  readonly sessionId: string;
  readonly name: string;
  readonly content: Blob | Uint8Array<ArrayBuffer> | string;
  /** `attachment`: for a message; `file`: into the workspace at `directory`. */
  readonly purpose?: 'attachment' | 'file';
  readonly directory?: string;
}

/** The address an upload is posted to, as bytes. */
export function uploadUrl(base: string, options: Omit<UploadOptions, 'content'>): string {
  const query = new URLSearchParams({ name: options.name, purpose: options.purpose ?? 'file' });
  if (options.directory) query.set('directory', options.directory);
  return `${base}/api/sessions/${encodeURIComponent(options.sessionId)}/files?${query}`;
}

function downloadUrl(base: string, sessionId: string, path: string): string {
  return `${base}/api/sessions/${encodeURIComponent(sessionId)}/files?${new URLSearchParams({ path })}`;
}

/** @throws RouteError with what the server refused with. */
export async function uploadFile(fetch: Fetch, base: string, options: UploadOptions): Promise<UploadDto> {
  const body = typeof options.content === 'string' ? new TextEncoder().encode(options.content) : options.content;
  const response = await fetch(uploadUrl(base, options), {
    method: 'POST',
    body,
    headers: { 'content-type': body instanceof Blob && body.type !== '' ? body.type : 'application/octet-stream' },
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new RouteError(response.status, answer);
  return uploadDto.parse(answer);
}

/** @throws RouteError with what the server refused with. */
export async function downloadFile(fetch: Fetch, base: string, sessionId: string, path: string): Promise<Blob> {
  return await fileAt(fetch, downloadUrl(base, sessionId, path));
}
