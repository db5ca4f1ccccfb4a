import { client } from '../api.ts';
import { forgetEverything } from '../platform/storage.ts';
import { ValueStore } from '../platform/value-store.ts';
import { showError } from '../shell/show-error.ts';

/** Why nobody is signed in any more; null: nobody was, or they chose to leave. */
export const signedOutBecause = new ValueStore<'idle' | 'ended' | null>(null);
let isLeaving = false;

/** Ends the sign-in of this browser. Drafts stay; everything that was read is forgotten. */
export async function signOut(): Promise<void> {
  await leave(null, () => client.signOut());
}

/** The same for somebody who has done nothing for too long. */
export async function signOutIdle(): Promise<void> {
  // Nobody is at the screen, so it is cleared even when the server cannot be reached: its own clock ends the rest.
  await leave('idle', () => client.signOut().catch(() => client.signInStore.forget()));
}

/** Ends the sign-in and drops what this browser keeps, drafts and settings too: for a computer of others. */
export async function signOutAndForget(): Promise<void> {
  await leave(null, async () => {
    await client.signOut({ forget: true });
    forgetEverything();
    // What this tab has in memory goes with the page.
    window.location.assign('/auth/sign-in');
  });
}

async function leave(reason: 'idle' | null, end: () => Promise<void>): Promise<void> {
  isLeaving = true;
  signedOutBecause.set(reason);
  try {
    await end();
  } catch (error) {
    signedOutBecause.set(null);
    showError(error);
  } finally {
    isLeaving = false;
  }
}

/** Keeps `signedOutBecause` true. Returns how to stop. */
export function followSignOut(): () => void {
  const store = client.signInStore;
  let wasSignedIn = store.state.status === 'signed_in';
  return store.subscribe(() => {
    const isSignedIn = store.state.status === 'signed_in';
    // A renewal that was under way while somebody is being signed out changes nothing.
    if (isSignedIn && !wasSignedIn) signedOutBecause.set(null);
    if (!isSignedIn && wasSignedIn && !isLeaving && signedOutBecause.value === null) signedOutBecause.set('ended');
    wasSignedIn = isSignedIn;
  });
}
