import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { router } from '../router.tsx';
import { useSignInState } from './identity.ts';
import { followOrganisation } from './organisation.ts';
import { followSignOut } from './sign-out.ts';

const retryEveryMs = 2000;
/** Waits until it is known whether somebody is signed in, and leads to the right side when that changes. */
export function SignInGate({ children }: { readonly children: ReactNode }) {
  const { status } = useSignInState();
  const isUnreachable = useResume();
  useEffect(() => followSignOut(), []);
  useEffect(() => {
    if (status !== 'unknown') void router.invalidate();
  }, [status]);
  useEffect(() => followOrganisation(() => void router.navigate({ to: '/' })), []);
  return status === 'unknown' ? <Waiting isUnreachable={isUnreachable} /> : children;
}

/** Asks the server for the sign-in that the cookie holds, until it answers. */
function useResume(): boolean {
  const [isUnreachable, setUnreachable] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = async () => {
      if (client.signInStore.state.status !== 'unknown') return;
      try {
        await client.resume();
      } catch {
        setUnreachable(true);
        timer = setTimeout(() => void attempt(), retryEveryMs);
      }
    };
    void attempt();
    return () => clearTimeout(timer);
  }, []);
  return isUnreachable;
}

function Waiting({ isUnreachable }: { readonly isUnreachable: boolean }) {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center bg-sunken p-4 text-2 text-faint">
      <p role="status">{isUnreachable ? t('auth.unreachable') : t('auth.connecting')}</p>
    </main>
  );
}
