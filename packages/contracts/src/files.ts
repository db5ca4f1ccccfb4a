import * as z from 'zod';
import { instant, sessionId, uploadId } from './ids.ts';

/** Text attachments below this size, in bytes, are put into the prompt; larger files are referenced. */
export const inlineTextBytes = 5 * 1024;

/** A path inside a workspace: relative, '/' between names, '' for the workspace itself. */
export const workspacePath = z.string().max(1024);

export const fileEntry = z.strictObject({
  path: z.string(),
  name: z.string(),
  kind: z.enum(['file', 'directory']),
  /** Bytes; 0 for a directory. */
  size: z.number().int(),
  modifiedAt: instant,
});
export type FileEntry = z.infer<typeof fileEntry>;

export const listFilesInput = z.strictObject({ sessionId, path: workspacePath.default('') });
/** One directory: directories first, then by name. */
export const fileListing = z.strictObject({ entries: z.array(fileEntry), isTruncated: z.boolean() });
export type FileListing = z.infer<typeof fileListing>;

/** One file of a workspace. */
export const fileRef = z.strictObject({ sessionId, path: workspacePath.min(1) });
/** `text` is null when the file is not text; a large text is cut at 512 KiB. */
export const fileContent = z.strictObject({
  path: z.string(),
  size: z.number().int(),
  text: z.string().nullable(),
  isTruncated: z.boolean(),
});
export type FileContent = z.infer<typeof fileContent>;

export const fileChange = z.strictObject({
  path: z.string(),
  kind: z.enum(['created', 'modified', 'deleted']),
});
export type FileChange = z.infer<typeof fileChange>;

/** The answer to `POST /api/sessions/:sessionId/files?name=…&purpose=attachment|file&directory=…` with the bytes as its body. */
export const uploadDto = z.strictObject({
  id: uploadId,
  name: z.string(),
  path: z.string(),
  size: z.number().int(),
  mediaType: z.string(),
  /** Lower-case hex SHA-256 of the content. */
  sha256: z.string(),
});
export type UploadDto = z.infer<typeof uploadDto>;
