import { useSyncExternalStore } from 'react';
import { client } from '../api.ts';

const store = client.signInStore;
const subscribe = (listener: () => void) => store.subscribe(listener);

export function useSignInState() {
  return useSyncExternalStore(subscribe, () => store.state);
}

/** Who is signed in. Only for pages behind the sign-in, where somebody always is. */
export function useIdentity() {
  const state = useSignInState();
  return state.status === 'signed_in' ? state.identity : null;
}

/** Under whose name this browser keeps what is not sent yet. */
export function personId(): string {
  const { state } = store;
  return state.status === 'signed_in' ? state.identity.user.id : '';
}

/**
 * Calls `listener` when what was read until now is not for these eyes any more: the sign-in has ended, here or in
 * another tab, or the tab shows another organisation. Returns how to stop.
 */
export function onLeave(listener: () => void): () => void {
  let shown = store.organisationId;
  return store.subscribe(() => {
    const before = shown;
    shown = store.organisationId;
    if (before !== null && before !== shown) listener();
  });
}
