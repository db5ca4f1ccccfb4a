import type { ProviderOutcome } from '@atelier/contracts/providers';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatLatency } from './latency.ts';

interface OutcomeNoteProps {
  /** Null: nothing was asked yet. */
  readonly outcome: Pick<ProviderOutcome, 'ok' | 'code'> | null;
  readonly latencyMs: number | null;
}

/** How a call to a provider went, read out as soon as it is known. */
export function OutcomeNote({ outcome, latencyMs }: OutcomeNoteProps) {
  const { t, i18n } = useTranslation('models');
  const Icon = outcome?.ok ? CircleCheck : CircleAlert;
  return (
    <div role="status">
      {outcome && (
        <p className={`mt-2 flex gap-1.5 ${outcome.ok ? 'text-good' : 'text-bad'}`}>
          <Icon aria-hidden className="mt-0.5 size-4 flex-none" />
          <span>
            {t(`outcome.${outcome.code}`)}{' '}
            {latencyMs !== null && (
              <span className="text-soft tabular-nums">
                {t('providers.tested', { time: formatLatency(latencyMs, i18n.language) })}
              </span>
            )}
          </span>
        </p>
      )}
    </div>
  );
}
