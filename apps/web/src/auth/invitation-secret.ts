import { ValueStore } from '../platform/value-store.ts';

/**
 * The secret of the invitation whose link was opened. In memory only, like every token: it lives through signing in and
 * registering, and not through loading the page again.
 */
export const invitationSecret = new ValueStore<string | null>(null);

/** Takes the secret out of the address, now and whenever another link is opened here, before anybody can see it there. */
export function takeInvitationSecrets(): void {
  take();
  window.addEventListener('hashchange', take);
}

function take(): void {
  const { pathname, hash } = window.location;
  if (pathname !== '/invitation' || hash.length < 2) return;
  invitationSecret.set(hash.slice(1));
  window.history.replaceState(window.history.state, '', pathname);
}
