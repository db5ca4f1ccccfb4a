import { WorkspaceError } from '../ports.ts';
import { misfit } from './patch-misfit.ts';
import type { FilePatch } from './read-patch.ts';

/** Some lines of a file and what takes their place. Where they stand is found by what they say. */
interface Hunk {
  /** Lines that the hunk stands behind, in order: of classes and functions around it. */
  readonly anchors: readonly string[];
  readonly before: string[];
  readonly after: string[];
  isAtEnd: boolean;
}

const fileLine = /^\*\*\* (Add|Update|Delete) File: (.+)$/;

/** Reads files between `*** Begin Patch` and `*** End Patch`, the form that some models write patches in. @throws WorkspaceError. */
export function readEnvelope(text: string): readonly FilePatch[] {
  const lines = text.trim().split(/\r?\n/);
  if (lines.at(-1)?.trim() !== '*** End Patch') throw new WorkspaceError('The patch has no line "*** End Patch".');
  const sections: { readonly kind: string; readonly path: string; readonly body: string[] }[] = [];
  for (const line of lines.slice(1, -1)) {
    const [, kind, path] = fileLine.exec(line) ?? [];
    if (kind !== undefined && path !== undefined) sections.push({ kind, path: path.trim(), body: [] });
    else if (sections.length > 0) sections.at(-1)?.body.push(line);
    else if (line.trim() !== '') throw new WorkspaceError(`The patch names no file before "${line.slice(0, 100)}".`);
  }
  return sections.map(({ kind, path, body }) => {
    if (kind === 'Add') return addition(path, body);
    return kind === 'Delete' ? { from: path, to: null, apply: () => '' } : update(path, body);
  });
}

function addition(path: string, body: readonly string[]): FilePatch {
  const wrong = body.find((line) => !line.startsWith('+'));
  if (wrong !== undefined) {
    throw new WorkspaceError(
      `Each line of the new file ${path} begins with "+", and "${wrong.slice(0, 100)}" does not.`,
    );
  }
  const text = body.map((line) => `${line.slice(1)}\n`).join('');
  return { from: null, to: path, apply: () => text };
}

function update(path: string, body: readonly string[]): FilePatch {
  const moved = /^\*\*\* Move to: (.+)$/.exec(body[0] ?? '')?.[1]?.trim();
  const hunks = readHunks(path, moved === undefined ? body : body.slice(1));
  return { from: path, to: moved ?? path, apply: (text) => applyHunks(path, hunks, text) };
}

function readHunks(path: string, body: readonly string[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let anchors: string[] = [];
  let current: Hunk | null = null;
  for (const line of body) {
    if (line.startsWith('@@')) {
      if (current) anchors = [];
      current = null;
      const anchor = line.slice(2).trim();
      if (anchor !== '') anchors.push(anchor);
      continue;
    }
    if (!current) {
      current = { anchors, before: [], after: [], isAtEnd: false };
      hunks.push(current);
    }
    if (line === '*** End of File') current.isAtEnd = true;
    else take(current, line, path);
  }
  return hunks;
}

function take(hunk: Hunk, line: string, path: string): void {
  // An empty line of context loses its blank easily.
  const [sign, text] = line === '' ? [' ', ''] : [line[0], line.slice(1)];
  if (sign !== ' ' && sign !== '-' && sign !== '+') {
    throw new WorkspaceError(`A line of ${path} begins with none of " ", "-" and "+": "${line.slice(0, 100)}".`);
  }
  if (sign !== '+') hunk.before.push(text);
  if (sign !== '-') hunk.after.push(text);
}

function applyHunks(path: string, hunks: readonly Hunk[], text: string): string {
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(ending);
  let from = 0;
  for (const [index, hunk] of hunks.entries()) {
    const at = placeOf(hunk, lines, from);
    if (at === null) throw misfit({ name: path, number: index + 1, wanted: [...hunk.anchors, ...hunk.before] });
    lines.splice(at, hunk.before.length, ...hunk.after);
    from = at + hunk.after.length;
  }
  return lines.join(ending);
}

/** The line that a hunk begins at, from 0; null when it fits nowhere. */
function placeOf({ anchors, before, isAtEnd }: Hunk, lines: readonly string[], from: number): number | null {
  // What stands behind the last line break is no line.
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  let start = from;
  for (const anchor of anchors) {
    const found = lines.findIndex((line, index) => index >= start && line.trim() === anchor);
    if (found === -1) return null;
    start = found + 1;
  }
  if (before.length === 0) return anchors.length > 0 && !isAtEnd ? start : end;
  if (isAtEnd) start = Math.max(start, end - before.length);
  for (let at = start; at + before.length <= lines.length; at += 1) {
    if (before.every((line, index) => lines[at + index] === line)) return at;
  }
  return null;
}
