import type { Attachments, PromptImage } from '@atelier/agent/ports';
import type { FilePart } from '@atelier/contracts/parts';
import { picturesTogether, pictureTypes } from '@atelier/contracts/picture-limits';
import { AppError } from '@atelier/kernel/app-error';
import { imageSize } from 'image-size';
import { parsePath } from '../../platform/storage/path-names.ts';
import { readAtMost } from './text-content.ts';
import { toFileError, type WorkspaceFiles } from './workspace-files.ts';

/** No service takes a picture of more points on a side. */
const maxSide = 8000;

/** What people attached, as it lies in the session's workspace now. */
export class SessionAttachments implements Attachments {
  readonly #files: WorkspaceFiles;
  readonly #sessionId: string;

  constructor(files: WorkspaceFiles, sessionId: string) {
    this.#files = files;
    this.#sessionId = sessionId;
  }

  async picture({ name, path, size }: FilePart): Promise<PromptImage | null> {
    if (size > picturesTogether) return null;
    try {
      const beneath = await this.#files.of(this.#sessionId);
      await using file = await beneath.openFile(parsePath(path));
      const bytes = await readAtMost(file, size + 1);
      const mediaType = bytes.length === size ? typeOf(bytes) : null;
      return mediaType === null ? null : { name, mediaType, data: bytes.toString('base64') };
    } catch (error) {
      // It was removed since, or another file lies there: the conversation goes on without it.
      if (toFileError(error) instanceof AppError) return null;
      throw error;
    }
  }
}

/** By what is in it, not by what its name or its sender say: a service refuses the whole request for one that lies. */
function typeOf(bytes: Buffer): string | null {
  try {
    const { type, width, height } = imageSize(bytes);
    const mediaType = `image/${type === 'jpg' ? 'jpeg' : type}`;
    return pictureTypes.includes(mediaType) && Math.max(width, height) <= maxSide ? mediaType : null;
  } catch {
    return null;
  }
}
