import type { ChainDto } from '@atelier/contracts/chains';
import { Badge } from '@atelier/ui/badge';
import { ListOrdered } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Row } from '../row-list.tsx';
import { ChainMenu } from './chain-menu.tsx';
import type { ChainModel } from './use-chain-models.ts';
import type { useChains } from './use-chains.ts';

interface ChainRowProps {
  readonly chain: ChainDto;
  readonly chains: ReturnType<typeof useChains>;
  /** All that a chain may be made of. */
  readonly models: readonly ChainModel[];
}

/** A chain: its models in order, with those marked that are passed over now. */
export function ChainRow({ chain, chains, models }: ChainRowProps) {
  const { t } = useTranslation('models');
  return (
    <Row
      icon={<ListOrdered aria-hidden className="size-4" />}
      title={chain.name}
      marks={chain.isDefault && <Badge tone="good">{t('chains.isDefault')}</Badge>}
      actions={<ChainMenu chain={chain} chains={chains} models={models} />}
    >
      {chain.models.length === 0 ? (
        <p className="mt-1 pl-7 text-faint">{t('chains.empty')}</p>
      ) : (
        <ol className="mt-1 list-decimal pl-11 text-soft marker:text-faint marker:tabular-nums">
          {chain.models.map(({ id, label, provider, isUsable }) => (
            <li key={id} className="break-words">
              <span className={isUsable ? undefined : 'text-faint line-through'}>
                {t('chains.from', { label, provider })}
              </span>{' '}
              {!isUsable && <Badge tone="warn">{t('chains.unusable')}</Badge>}
            </li>
          ))}
        </ol>
      )}
    </Row>
  );
}
