import type { ProviderDto } from '@atelier/contracts/providers';
import { useTranslation } from 'react-i18next';
import { formatExactTime, formatRelativeTime } from '../../platform/format.ts';

/** How a provider last answered, whichever process asked it. Nothing where nobody has. */
export function ProviderHealth({ provider: { health } }: { readonly provider: ProviderDto }) {
  const { t, i18n } = useTranslation('models');
  const { language } = i18n;
  const { state, lastAnsweredAt, lastFailedAt, lastError, restsUntil } = health;
  const when = (at: string) => formatRelativeTime(at, new Date(), language);
  const isBad = state === 'failing' || state === 'resting';
  return (
    <>
      {lastAnsweredAt !== null && (
        <span title={formatExactTime(lastAnsweredAt, language)}>
          {t('health.answered', { when: when(lastAnsweredAt) })}
        </span>
      )}
      {isBad && lastFailedAt !== null && (
        <span className="text-bad" title={formatExactTime(lastFailedAt, language)}>
          {t('health.failed', {
            when: when(lastFailedAt),
            reason: lastError === null ? t('health.unknownReason') : t(`health.reason.${lastError}`),
          })}
        </span>
      )}
      {restsUntil !== null && <span>{t('health.rests', { time: formatExactTime(restsUntil, language) })}</span>}
    </>
  );
}
