import type { FileHandle } from 'node:fs/promises';

/** The first bytes of a file. */
export async function readAtMost(file: FileHandle, limit: number): Promise<Buffer> {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  while (length < limit) {
    const { bytesRead } = await file.read(buffer, length, limit - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** UTF-8 text, or null when the bytes are something else. With `isCut` the last character may be half. */
export function decodeText(bytes: Buffer, opts: { readonly isCut: boolean }): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: opts.isCut });
  } catch {
    return null;
  }
}
