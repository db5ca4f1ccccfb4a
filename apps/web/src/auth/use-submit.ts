import { errorOf } from '@atelier/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface Refusal {
  readonly message: string;
  /** Counts down to 0: until then trying again is of no use. */
  readonly waitSeconds: number;
}

/** Runs a form's action once at a time and keeps what the server refused with. */
export function useSubmit(action: () => Promise<unknown>) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const isWaiting = refusal !== null && refusal.waitSeconds > 0;

  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(
      () => setRefusal((current) => current && { ...current, waitSeconds: Math.max(0, current.waitSeconds - 1) }),
      1000,
    );
    return () => clearInterval(timer);
  }, [isWaiting]);

  async function submit(): Promise<void> {
    if (isBusy || isWaiting) return;
    setBusy(true);
    setRefusal(null);
    try {
      await action();
    } catch (error) {
      const refused = errorOf(error);
      setRefusal({
        message: refused?.message ?? t('common.failed'),
        waitSeconds: Math.ceil((refused?.retryAfterMs ?? 0) / 1000),
      });
    } finally {
      setBusy(false);
    }
  }
  return { submit, isBusy, isWaiting, refusal };
}
