import { parsePatch } from 'diff';
import { WorkspaceError } from '../ports.ts';
import { readEnvelope } from './patch-envelope.ts';
import { applyUnified } from './unified-patch.ts';

/** What a patch does with one file. */
export interface FilePatch {
  /** Null: the file is new. */
  readonly from: string | null;
  /** Null: the file goes. */
  readonly to: string | null;
  /** The new text, of the old one, which is empty for a new file. @throws WorkspaceError naming the hunk that does not fit. */
  apply(text: string): string;
}

/**
 * Reads a patch over one or more files: a unified diff as `diff -u` and git write it, or one between `*** Begin Patch` and
 * `*** End Patch`.
 * @throws WorkspaceError when it is neither.
 */
export function readPatch(text: string): readonly FilePatch[] {
  const patches = text.trimStart().startsWith('*** Begin Patch') ? readEnvelope(text) : readUnified(text);
  if (patches.length === 0) throw new WorkspaceError('The patch changes no file.');
  return patches.map(({ from, to, apply }) => ({ from: plainPath(from), to: plainPath(to), apply }));
}

/** One spelling for one file, so that it is judged and changed as what it is. */
function plainPath(path: string | null): string | null {
  if (path === null) return null;
  const names = path.split('/').filter((name) => name !== '.');
  return names.filter((name, index) => name !== '' || index === 0).join('/');
}

/** The paths that a patch names, as far as it can be read. */
export function pathsIn(text: string): readonly string[] {
  return readPatch(text).flatMap(({ from, to }) => [from, to].filter((path) => path !== null));
}

function readUnified(text: string): readonly FilePatch[] {
  let files: ReturnType<typeof parsePatch>;
  try {
    files = parsePatch(text.endsWith('\n') ? text : `${text}\n`);
  } catch (error) {
    throw new WorkspaceError(`The patch cannot be read: ${error instanceof Error ? error.message : 'it is no diff'}.`);
  }
  return files.map((file) => {
    const { from, to } = namesOf(file);
    const name = to ?? from;
    if (name === null)
      throw new WorkspaceError('The patch does not name its files: write "--- a/path" and "+++ b/path".');
    return { from, to, apply: (old) => applyUnified(file, name, old) };
  });
}

interface Named {
  readonly oldFileName?: string | undefined;
  readonly newFileName?: string | undefined;
  readonly isCreate?: boolean;
  readonly isDelete?: boolean;
}

/** git writes a/ and b/ before the names of both sides. */
function namesOf({ oldFileName, newFileName, isCreate, isDelete }: Named) {
  const [old, now] = [isCreate ? null : named(oldFileName), isDelete ? null : named(newFileName)];
  const hasPrefixes = (old === null || old.startsWith('a/')) && (now === null || now.startsWith('b/'));
  const plain = (name: string | null) => (hasPrefixes ? (name?.slice(2) ?? null) : name);
  return { from: plain(old), to: plain(now) };
}

function named(name: string | undefined): string | null {
  return name === undefined || name === '' || name === '/dev/null' ? null : name;
}
