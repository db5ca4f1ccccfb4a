import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { RowList } from '../row-list.tsx';
import { AddProvider } from './add-provider.tsx';
import { ChainList } from './chain-list.tsx';
import { ProviderRow } from './provider-row.tsx';

/** How providers answer changes while one looks. */
const lookEveryMs = 10_000;

/** Who answers in this installation, and who stands in. */
export function ModelsSection() {
  const { t } = useTranslation('models');
  return (
    <>
      <Block title={t('providers.title')} text={t('providers.text')}>
        <Providers />
      </Block>
      <Block title={t('chains.installation')} text={t('chains.installationText')}>
        <ChainList scope="installation" />
      </Block>
    </>
  );
}

function Providers() {
  const { t } = useTranslation('models');
  const providers = trpc.providers.list.useQuery(undefined, { refetchInterval: lookEveryMs });
  const [madeId, setMadeId] = useState<string | null>(null);
  if (providers.isError && !providers.data) {
    return <LoadError error={providers.error} onRetry={() => void providers.refetch()} />;
  }
  if (providers.isPending) return <Skeleton className="h-28 w-full" />;
  const { items } = providers.data;
  return (
    <>
      {items.length === 0 && <NoProvider />}
      {items.length > 0 && (
        <div className="mb-3">
          <RowList label={t('providers.title')}>
            {items.map((provider) => (
              <ProviderRow key={provider.id} provider={provider} isNew={provider.id === madeId} />
            ))}
          </RowList>
        </div>
      )}
      <AddProvider onMade={setMadeId} />
    </>
  );
}

/** Without one the model that the program was started with answers, else the offline model. */
function NoProvider() {
  const { t } = useTranslation('models');
  const about = trpc.system.about.useQuery();
  if (!about.data) return null;
  const { label, isOffline } = about.data.model;
  return (
    <p className="mb-3 text-faint">{isOffline ? t('providers.none') : t('providers.noneBesides', { model: label })}</p>
  );
}
