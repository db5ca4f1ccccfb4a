import { createHash } from 'node:crypto';

/** One thing in a workspace. Directories stand only where they are empty: the others follow from what is in them. */
export interface TreeEntry {
  /** Relative, with '/'. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'directory';
  /** In bytes. */
  readonly size: number;
  readonly isExecutable: boolean;
  /** SHA-256 of the content, in hexadecimal digits; of a link the path it names; of a directory nothing. */
  readonly hash: string;
}

/** Everything in a workspace at one moment, sorted by path. */
export type Tree = readonly TreeEntry[];

/** The name of a tree: the same content has the same name, whenever it was seen. */
export function hashOfTree(tree: Tree): string {
  const hash = createHash('sha256');
  for (const { path, kind, isExecutable, hash: content } of tree) {
    hash.update(JSON.stringify([path, kind, isExecutable, content]));
  }
  return hash.digest('hex');
}

export interface TreeChange {
  readonly path: string;
  readonly kind: 'created' | 'modified' | 'deleted';
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

/** What is not the same in two trees, by path. Empty directories are no change that anybody wants to read of. */
export function changesBetween(before: Tree, after: Tree): readonly TreeChange[] {
  const old = new Map(before.filter(isContent).map((entry) => [entry.path, entry]));
  const changes: TreeChange[] = [];
  for (const entry of after.filter(isContent)) {
    const was = old.get(entry.path);
    old.delete(entry.path);
    if (!was) changes.push({ path: entry.path, kind: 'created', before: null, after: entry });
    else if (!isSame(was, entry)) changes.push({ path: entry.path, kind: 'modified', before: was, after: entry });
  }
  for (const entry of old.values()) changes.push({ path: entry.path, kind: 'deleted', before: entry, after: null });
  return changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function isContent({ kind }: TreeEntry): boolean {
  return kind !== 'directory';
}

export function isSame(a: TreeEntry, b: TreeEntry): boolean {
  return a.kind === b.kind && a.hash === b.hash && a.isExecutable === b.isExecutable;
}
