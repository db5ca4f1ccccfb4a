import { useEffect } from 'react';
import { useIdentity } from '../auth/identity.ts';
import { signOutIdle } from '../auth/sign-out.ts';
import { watchIdle } from '../platform/watch-idle.ts';

/** Where the installation says so, signs out somebody who has touched nothing for so long, in any tab. */
export function useIdleSignOut(): void {
  const minutes = useIdentity()?.idleMinutes ?? null;
  useEffect(() => (minutes === null ? undefined : watchIdle(minutes * 60_000, () => void signOutIdle())), [minutes]);
}
