import type { ChainScope } from '@atelier/contracts/chains';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../../shell/load-error.tsx';
import { RowList } from '../row-list.tsx';
import { ChainDialog } from './chain-dialog.tsx';
import { ChainRow } from './chain-row.tsx';
import { useChainModels } from './use-chain-models.ts';
import { useChains } from './use-chains.ts';

/** All chains of a scope, and a new one. */
export function ChainList({ scope }: { readonly scope: ChainScope }) {
  const { t } = useTranslation('models');
  const [isAdding, setAdding] = useState(false);
  const chains = useChains(scope);
  const models = useChainModels(scope);
  const { list } = chains;
  if (list.isError && !list.data) return <LoadError error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending || models === undefined) return <Skeleton className="h-20 w-full" />;
  const { items } = list.data;
  return (
    <>
      {items.length === 0 && models.length > 0 && (
        <p className="mb-3 text-faint">{scope === 'installation' ? t('chains.none') : t('chains.noneHere')}</p>
      )}
      {items.length > 0 && (
        <div className="mb-3">
          <RowList label={t('chains.installation')}>
            {items.map((chain) => (
              <ChainRow key={chain.id} chain={chain} chains={chains} models={models} />
            ))}
          </RowList>
        </div>
      )}
      {models.length === 0 ? (
        <p className="text-faint">{t('chains.noModels')}</p>
      ) : (
        <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {t('chains.add')}
        </Button>
      )}
      {isAdding && (
        <ChainDialog
          title={t('chains.newTitle')}
          action={t('chains.create')}
          saved={{ name: '', models: [] }}
          known={models}
          onSave={async (chain) => void (await chains.create.mutateAsync(chain))}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
