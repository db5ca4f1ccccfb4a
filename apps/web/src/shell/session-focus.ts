import { focusIfLost } from '../platform/focus-if-lost.ts';

/**
 * Gives the focus, when it would fall to nobody, to the first of these sessions that the list shows, or else to what the
 * page is about: the composer, or the way to a new chat.
 */
export function focusSession(candidates: readonly string[]): void {
  focusIfLost(() => {
    for (const id of candidates) {
      const row = rowOf(id);
      if (row) return row;
    }
    return (
      document.querySelector<HTMLElement>('main textarea:not([readonly])') ??
      document.querySelector<HTMLElement>('nav a[href="/"]')
    );
  });
}

/** The sessions that stand beside this one in the list, the one below it first. */
export function neighboursOf(sessionId: string): readonly string[] {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-session]')];
  const index = rows.findIndex(({ dataset }) => dataset.session === sessionId);
  if (index === -1) return [];
  return [rows[index + 1], rows[index - 1]].flatMap((row) => row?.dataset.session ?? []);
}

function rowOf(sessionId: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-session="${CSS.escape(sessionId)}"]`);
}
