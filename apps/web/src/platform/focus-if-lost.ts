/**
 * Gives the focus to an element when what had it is gone and left it to nobody. Waits until the browser has noticed.
 * Returns how to give up.
 */
export function focusIfLost(find: () => HTMLElement | null): () => void {
  let isGivenUp = false;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const { activeElement } = document;
      if (!isGivenUp && (activeElement === null || activeElement === document.body)) find()?.focus();
    }),
  );
  return () => {
    isGivenUp = true;
  };
}
