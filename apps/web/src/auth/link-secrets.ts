import { ValueStore } from '../platform/value-store.ts';

/*
 * Secrets that came behind the `#` of a link, which browsers send to nobody. In memory only, like every token: they live
 * through signing in and registering, and not through loading the page again.
 */

/** Of the link to one of the pages that prove an address, set a password or make the owner. */
export const linkSecret = new ValueStore<string | null>(null);

/** Of the link of an invitation. */
export const invitationSecret = new ValueStore<string | null>(null);

const pages: readonly (readonly [RegExp, ValueStore<string | null>])[] = [
  [/^\/auth\/(?:verify|confirm|reset|setup)$/, linkSecret],
  [/^\/invitation$/, invitationSecret],
];

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
  const [, store] = pages.find(([page]) => page.test(pathname)) ?? [];
  if (hash.length < 2 || !store) return;
  store.set(hash.slice(1));
  window.history.replaceState(window.history.state, '', pathname + search);
}
