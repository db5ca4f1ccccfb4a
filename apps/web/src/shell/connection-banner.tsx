import { WifiOff } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';

/** A blink of the network is not worth a word. */
const sayAfterMs = 800;
/** The first connection may take its time. */
const sayAtFirstAfterMs = 4000;
const thanksForMs = 2500;

const subscribe = (listener: () => void) => client.connection.subscribe(listener);
const subscribeOnline = (listener: () => void) => {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
};

/** Says that the connection is away, and when it is back. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const state = useSyncExternalStore(subscribe, () => client.connection.state);
  const isOnline = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const isAway = !isOnline || state === 'reconnecting' || state === 'connecting';
  const patienceMs = state === 'connecting' && isOnline ? sayAtFirstAfterMs : sayAfterMs;
  const [shown, setShown] = useState<'nothing' | 'away' | 'back'>('nothing');
  const wasShown = useRef(false);

  useEffect(() => {
    if (isAway) {
      const timer = setTimeout(() => {
        wasShown.current = true;
        setShown('away');
      }, patienceMs);
      return () => clearTimeout(timer);
    }
    if (!wasShown.current) return;
    wasShown.current = false;
    setShown('back');
    const timer = setTimeout(() => setShown('nothing'), thanksForMs);
    return () => clearTimeout(timer);
  }, [isAway, patienceMs]);

  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-2 z-(--z-panel) flex justify-center">
      {shown !== 'nothing' && (
        <p className="flex items-center gap-2 rounded-full border border-line bg-raised px-3 py-1 text-2 shadow-2">
          {shown === 'away' && <WifiOff aria-hidden className="size-4 text-warn" />}
          {shown === 'back'
            ? t('connection.reconnected')
            : isOnline
              ? t('connection.reconnecting')
              : t('connection.offline')}
        </p>
      )}
    </div>
  );
}
