import { isUtf8 } from 'node:buffer';
import type { FileDiff } from '@atelier/contracts/checkpoints';
import { createTwoFilesPatch } from 'diff';
import type { TreeChange, TreeEntry } from './snapshot-tree.ts';

const maxComparedBytes = 512 * 1024;
/** Two texts that have nothing in common take long to compare; beyond this they are shown as changed and no more. */
const maxMs = 300;

/** What a turn did to one file, as a patch where both sides are text. */
export async function diffOf(change: TreeChange, read: (hash: string) => Promise<Buffer>): Promise<FileDiff> {
  const { path, kind, before, after } = change;
  const [old, now] = [await textOf(before, read), await textOf(after, read)];
  const patch = old === null || now === null ? undefined : compare(path, old, now);
  if (patch === undefined) return { path, kind, patch: null, addedLines: 0, removedLines: 0 };
  const lines = patch.split('\n').filter((line) => !line.startsWith('+++') && !line.startsWith('---'));
  return {
    path,
    kind,
    patch,
    addedLines: lines.filter((line) => line.startsWith('+')).length,
    removedLines: lines.filter((line) => line.startsWith('-')).length,
  };
}

function compare(path: string, old: string, now: string): string | undefined {
  return createTwoFilesPatch(path, path, old, now, undefined, undefined, { context: 3, timeout: maxMs });
}

/** Empty for what is not there; null for what is no text, or too large. */
async function textOf(entry: TreeEntry | null, read: (hash: string) => Promise<Buffer>): Promise<string | null> {
  if (entry === null) return '';
  if (entry.kind === 'link') return `link to ${entry.hash}\n`;
  if (entry.size > maxComparedBytes) return null;
  const bytes = await read(entry.hash);
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : null;
}
