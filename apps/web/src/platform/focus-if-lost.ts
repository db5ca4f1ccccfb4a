/** What has the focus may go a moment after what was done: a list is read again first. */
const watchedForMs = 600;

/**
 * Gives the focus to an element when what had it is gone and left it to nobody, now or in a moment.
 * Returns how to give up.
 */
export function focusIfLost(find: () => HTMLElement | null): () => void {
  const until = performance.now() + watchedForMs;
  let frame = requestAnimationFrame(function look() {
    const { activeElement } = document;
    const isLost = activeElement === null || activeElement === document.body;
    if (isLost) find()?.focus();
    else if (performance.now() < until) frame = requestAnimationFrame(look);
  });
  return () => cancelAnimationFrame(frame);
}
