import { errorOf } from '@atelier/client';
import type { ErrorCode } from '@atelier/kernel/errors';
import { useState } from 'react';
import { errorText } from '../i18n/error-text.ts';
import { retryAtOf } from '../platform/retry-at.ts';
import { useSecondsUntil } from '../platform/use-countdown.ts';
import { PasskeyProblem } from './passkey-prompt.ts';

export interface Refusal {
  /** Null: the server was not reached, or it was not the server that refused. */
  readonly code: ErrorCode | null;
  readonly message: string;
  /** More about it, for example the `reason` why a password is weak. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** Until then (by `performance.now()`) trying again is of no use. */
  readonly retryAt: number | null;
}

export interface Submission {
  readonly submit: () => Promise<void>;
  readonly isBusy: boolean;
  readonly isWaiting: boolean;
  readonly refusal: Refusal | null;
}

/** Runs a form's action once at a time and keeps what the server refused with. */
export function useSubmit(action: () => Promise<unknown>): Submission {
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
      const refused = errorOf(error);
      setRefusal({
        code: refused?.code ?? null,
        message: error instanceof PasskeyProblem ? error.message : errorText(error),
        details: refused?.details ?? {},
        retryAt: retryAtOf(error),
      });
    } finally {
      setBusy(false);
    }
  }
  return { submit, isBusy, isWaiting, refusal };
}
