import { applyPatch, type StructuredPatch } from 'diff';
import { misfit } from './patch-misfit.ts';

/** The file as a unified diff leaves it. A hunk may stand on other lines than it says. @throws WorkspaceError. */
export function applyUnified(patch: StructuredPatch, name: string, text: string): string {
  if (patch.hunks.length === 0) return text;
  const applied = applyPatch(text, patch);
  if (applied !== false) return applied;
  const first = patch.hunks.findIndex(
    (_, index) => applyPatch(text, { ...patch, hunks: patch.hunks.slice(0, index + 1) }) === false,
  );
  const hunk = patch.hunks[first];
  const wanted = (hunk?.lines ?? []).filter((line) => /^[ -]/.test(line)).map((line) => line.slice(1));
  throw misfit({ name, number: first + 1, wanted, at: hunk?.oldStart });
}
