import { Button } from '@atelier/ui/button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../i18n/error-text.ts';
import { retryAtOf } from '../platform/retry-at.ts';
import { useSecondsUntil } from '../platform/use-countdown.ts';
import { Countdown } from './countdown.tsx';

/** Stands where something could not be loaded: why, and trying again as soon as that is of use. */
export function LoadError({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState({ error, retryAt: retryAtOf(error) });
  if (seen.error !== error) setSeen({ error, retryAt: retryAtOf(error) });
  const isWaiting = useSecondsUntil(seen.retryAt) > 0;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 py-2 text-2">
      <p>
        {errorText(error)} <Countdown until={seen.retryAt} />
      </p>
      <Button disabled={isWaiting} onClick={onRetry}>
        {t('common.retry')}
      </Button>
    </div>
  );
}
