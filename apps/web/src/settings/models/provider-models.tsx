import type { ProviderDto } from '@atelier/contracts/providers';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { RowList } from '../row-list.tsx';
import { AddByName } from './add-by-name.tsx';
import { FetchModels } from './fetch-models.tsx';
import { ModelRow } from './model-row.tsx';

/** The models of one provider that people may be answered by, and how more of them come here. */
export function ProviderModels({ provider }: { readonly provider: ProviderDto }) {
  const { t } = useTranslation('models');
  const { id: providerId, name } = provider;
  const [adding, setAdding] = useState<'fetched' | 'by-name' | null>(null);
  const models = trpc.models.list.useQuery({ providerId });
  return (
    <div className="ml-1.5 border-l border-line pb-1 pl-4 max-sm:pl-3">
      {models.isError && !models.data && <LoadError error={models.error} onRetry={() => void models.refetch()} />}
      {models.isPending && <Skeleton className="my-2 h-12 w-full" />}
      {models.data?.items.length === 0 && <p className="py-2 text-faint">{t('list.none')}</p>}
      {models.data && models.data.items.length > 0 && (
        <RowList label={t('list.of', { name })}>
          {models.data.items.map((model) => (
            <ModelRow key={model.id} model={model} />
          ))}
        </RowList>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button aria-label={t('list.fetchOf', { name })} onClick={() => setAdding('fetched')}>
          {t('list.fetch')}
        </Button>
        <Button onClick={() => setAdding('by-name')}>{t('list.byName')}</Button>
      </div>
      {adding === 'fetched' && <FetchModels provider={provider} onClose={() => setAdding(null)} />}
      {adding === 'by-name' && <AddByName provider={provider} onClose={() => setAdding(null)} />}
    </div>
  );
}
