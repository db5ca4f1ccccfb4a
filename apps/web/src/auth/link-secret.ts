import { ValueStore } from '../platform/value-store.ts';

/** Pages whose link carries a secret behind its `#`, which browsers send to nobody. */
const pages = /^\/auth\/(?:verify|confirm|reset|setup)$/;

/** The secret of the link that was opened. In memory only: a reload forgets it. */
export const linkSecret = new ValueStore<string | null>(null);

/**
 * Takes the secret out of the address at once, so that neither the history nor whoever looks at the screen keeps it.
 * Also when another link is opened in a tab that shows such a page already.
 */
export function keepLinkSecrets(): void {
  take();
  window.addEventListener('hashchange', take);
}

function take(): void {
  const { pathname, search, hash } = window.location;
  if (hash.length < 2 || !pages.test(pathname)) return;
  linkSecret.set(hash.slice(1));
  window.history.replaceState(window.history.state, '', pathname + search);
}
