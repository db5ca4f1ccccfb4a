import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSecondsUntil } from '../platform/use-countdown.ts';
import { useValue } from '../platform/value-store.ts';
import { Countdown } from './countdown.tsx';
import { dismissToast, type Toast, toasts } from './toast-store.ts';

const shownForMs = 6000;

export function Toasts() {
  const { t } = useTranslation();
  const shown = useValue(toasts);
  return (
    <section
      aria-label={t('toast.region')}
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-(--z-toast) flex w-[min(360px,calc(100vw-32px))] flex-col gap-2"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

/** Goes away by itself, but not while somebody looks at it or it counts down. */
function ToastCard({ toast }: { readonly toast: Toast }) {
  const { t } = useTranslation();
  const [isHeld, setHeld] = useState(false);
  const isWaiting = useSecondsUntil(toast.retryAt) > 0;
  useEffect(() => {
    if (isHeld || isWaiting) return;
    const timer = setTimeout(() => dismissToast(toast.id), shownForMs);
    return () => clearTimeout(timer);
  }, [isHeld, isWaiting, toast.id]);
  return (
    <fieldset
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={clsx(
        'pointer-events-auto flex items-center gap-2 rounded-2 border bg-raised py-2 pr-1 pl-3 text-2 shadow-2',
        toast.isError ? 'border-bad' : 'border-line',
      )}
    >
      <p className="min-w-0 flex-1 break-words">
        {toast.text} <Countdown until={toast.retryAt} />
      </p>
      {toast.action && (
        <button
          type="button"
          disabled={isWaiting}
          className="tap rounded-1 px-2 py-1 font-medium text-accent hover:bg-hover disabled:opacity-55"
          onClick={() => {
            toast.action?.run();
            dismissToast(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={t('toast.dismiss')}
        className="tap grid size-7 flex-none place-items-center rounded-1 text-faint hover:bg-hover"
        onClick={() => dismissToast(toast.id)}
      >
        <X aria-hidden className="size-4" />
      </button>
    </fieldset>
  );
}
