import type { UploadDto } from '@atelier/contracts/files';
import type { FilePart } from '@atelier/contracts/parts';
import { useEffect, useRef, useState } from 'react';
import { errorText } from '../i18n/error-text.ts';
import { uploadWithProgress } from './upload.ts';

export interface Uploading {
  readonly key: number;
  readonly file: File;
  readonly directory: string;
  readonly progress: number;
  readonly state: 'uploading' | 'done' | 'failed';
  readonly problem: string | null;
  readonly upload: Omit<UploadDto, 'sha256'> | null;
}

interface UseUploadsOptions {
  readonly purpose: 'attachment' | 'file';
  readonly onDone?: (upload: UploadDto) => void;
}

export type Uploads = ReturnType<typeof useUploads>;

let lastKey = 0;

/** Files on their way to a workspace: progress, cancel, try again. */
export function useUploads({ purpose, onDone }: UseUploadsOptions) {
  const [items, setItems] = useState<readonly Uploading[]>([]);
  const aborts = useRef(new Map<number, AbortController>());
  // A page that is left takes its uploads with it: their cards are gone.
  useEffect(() => {
    const running = aborts.current;
    return () => {
      for (const abort of running.values()) abort.abort();
    };
  }, []);

  const change = (key: number, fields: Partial<Uploading>) =>
    setItems((now) => now.map((item) => (item.key === key ? { ...item, ...fields } : item)));

  async function start(sessionId: string, item: Uploading): Promise<void> {
    const abort = new AbortController();
    aborts.current.set(item.key, abort);
    try {
      const upload = await uploadWithProgress({
        sessionId,
        file: item.file,
        directory: item.directory,
        purpose,
        signal: abort.signal,
        onProgress: (progress) => change(item.key, { progress }),
      });
      change(item.key, { state: 'done', progress: 1, upload });
      onDone?.(upload);
    } catch (error) {
      if (abort.signal.aborted) return;
      change(item.key, { state: 'failed', problem: errorText(error) });
    } finally {
      aborts.current.delete(item.key);
    }
  }

  function add(sessionId: string, files: readonly File[], directory = ''): void {
    const added = files.map((file): Uploading => {
      lastKey += 1;
      return { key: lastKey, file, directory, progress: 0, state: 'uploading', problem: null, upload: null };
    });
    setItems((now) => [...now, ...added]);
    for (const item of added) void start(sessionId, item);
  }

  function retry(sessionId: string, item: Uploading): void {
    change(item.key, { state: 'uploading', progress: 0, problem: null });
    void start(sessionId, item);
  }

  /** Cancels what is under way, and takes the card away. */
  function remove(key: number): void {
    aborts.current.get(key)?.abort();
    setItems((now) => now.filter((item) => item.key !== key));
  }

  /** Files that are in the workspace already, from a message that was taken back. */
  function restore(parts: readonly FilePart[]): void {
    const restored = parts.map((part): Uploading => {
      lastKey += 1;
      const { uploadId: id, name, path, size, mediaType } = part;
      const upload = { id, name, path, size, mediaType };
      const file = new File([], name);
      return { key: lastKey, file, directory: '', progress: 1, state: 'done', problem: null, upload };
    });
    setItems((now) => [...now, ...restored]);
  }

  return { items, add, retry, remove, restore, clear: () => setItems([]) };
}
