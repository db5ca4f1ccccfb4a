import { RouteError, uploadUrl } from '@atelier/client';
import { type UploadDto, uploadDto } from '@atelier/contracts/files';
import { client } from '../api.ts';

export interface UploadRequest {
  readonly sessionId: string;
  readonly file: File;
  readonly purpose: 'attachment' | 'file';
  readonly directory?: string;
  /** From 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Uploads with progress, which `fetch` cannot tell: the one place where the older request object is used.
 * @throws RouteError with what the server refused with; an AbortError when the signal was aborted.
 */
export async function uploadWithProgress(upload: UploadRequest): Promise<UploadDto> {
  const { sessionId, file, purpose, directory, onProgress, signal } = upload;
  const token = await client.signInStore.token();
  signal.throwIfAborted();
  const url = uploadUrl('', { sessionId, name: file.name, purpose, ...(directory ? { directory } : {}) });
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', file.type === '' ? 'application/octet-stream' : file.type);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onload = () => {
      const parsed = uploadDto.safeParse(request.response);
      if (request.status === 201 && parsed.success) resolve(parsed.data);
      else reject(new RouteError(request.status, request.response));
    };
    request.onerror = () => reject(new TypeError('The connection broke.'));
    request.onabort = () => reject(new DOMException('Cancelled.', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
