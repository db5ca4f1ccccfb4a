import { errorOf } from '@atelier/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { retryAtOf } from '../platform/retry-at.ts';
import { useSecondsUntil } from '../platform/use-countdown.ts';

export interface Refusal {
  readonly message: string;
  /** Until then (by `performance.now()`) trying again is of no use. */
  readonly retryAt: number | null;
}

/** Runs a form's action once at a time and keeps what the server refused with. */
export function useSubmit(action: () => Promise<unknown>) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const isWaiting = useSecondsUntil(refusal?.retryAt ?? null) > 0;

  async function submit(): Promise<void> {
    if (isBusy || isWaiting) return;
    setBusy(true);
    setRefusal(null);
    try {
      await action();
    } catch (error) {
      setRefusal({ message: errorOf(error)?.message ?? t('common.failed'), retryAt: retryAtOf(error) });
    } finally {
      setBusy(false);
    }
  }
  return { submit, isBusy, isWaiting, refusal };
}
