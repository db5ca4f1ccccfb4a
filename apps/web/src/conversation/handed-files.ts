/** Files chosen before their session was there: its page takes them when it opens. */
const handed = new Map<string, readonly File[]>();

export function handOverFiles(sessionId: string, files: readonly File[]): void {
  handed.set(sessionId, files);
}

export function takeHandedFiles(sessionId: string): readonly File[] {
  const files = handed.get(sessionId) ?? [];
  handed.delete(sessionId);
  return files;
}
