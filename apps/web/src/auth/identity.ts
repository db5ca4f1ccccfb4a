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
