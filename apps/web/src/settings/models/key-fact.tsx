import type { ProviderDto } from '@atelier/contracts/providers';
import { useTranslation } from 'react-i18next';

/** Whether there is a key, and what tells it from others. */
export function KeyFact({ provider: { key } }: { readonly provider: Pick<ProviderDto, 'key'> }) {
  const { t } = useTranslation('models');
  return (
    <span>
      {t('providers.key')}: <KeyState set={key.set} last4={key.last4} />
    </span>
  );
}

export function KeyState({ set, last4 }: ProviderDto['key']) {
  const { t } = useTranslation('models');
  if (!set) return t('providers.keyNone');
  return last4 === null ? t('providers.keySet') : t('providers.keyEnds', { last4 });
}
