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
  const { state } = client.signInStore;
  return state.status === 'signed_in' ? state.identity.user.id : '';
}
