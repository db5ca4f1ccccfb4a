import { useEffect, useRef } from 'react';
import { client, trpc } from '../api.ts';

/** Several changes in a moment are one look. */
const gatherMs = 150;
const retryMs = 2000;

/**
 * Keeps true who is signed in, as what, and where: looked at after connecting and whenever the server hints at a change.
 * Somebody who was given another role sees what it may do; somebody who was removed is taken elsewhere.
 */
export function useAccessChanges(): void {
  const utils = trpc.useUtils();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const look = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      void utils.organisations.invalidate();
      // What cannot be looked at now is looked at after the next connection.
      void renewIfChanged().catch(() => undefined);
    }, gatherMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const { reset } = trpc.organisations.changes.useSubscription(
    {},
    {
      onData: look,
      onStarted: look,
      onError: () => {
        setTimeout(() => reset(), retryMs);
      },
    },
  );
}

/** Asking renews by itself where the organisation is out of reach; for all else the answer is compared. */
async function renewIfChanged(): Promise<void> {
  const identity = await client.api.auth.me.query();
  const { state } = client.signInStore;
  if (state.status !== 'signed_in' || state.identity.organisation.id !== identity.organisation.id) return;
  if (JSON.stringify(state.identity) !== JSON.stringify(identity)) await client.signInStore.renew();
}
