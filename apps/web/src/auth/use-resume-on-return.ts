import { useEffect } from 'react';
import { client } from '../api.ts';

/** Looks, whenever the person comes back to this tab, whether they have signed in in another one meanwhile. */
export function useResumeOnReturn(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const onFocus = () => void client.resume().catch(() => undefined);
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, [isOn]);
}
