import { useEffect, useRef } from 'react';
import { trpc } from '../api.ts';

/** Several changes in a moment are one look at the list. */
const gatherMs = 150;
const retryMs = 2000;

/** Keeps the list of sessions true: it is read again after connecting and whenever the server hints at a change. */
export function useSessionChanges(): void {
  const utils = trpc.useUtils();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const look = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void utils.sessions.list.invalidate(), gatherMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const { reset } = trpc.sessions.changes.useSubscription(
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
