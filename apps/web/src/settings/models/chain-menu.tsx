import type { ChainDto } from '@atelier/contracts/chains';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Ellipsis, Pencil, Star, StarOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { showToast } from '../../shell/toast-store.ts';
import { ChainDialog } from './chain-dialog.tsx';
import type { ChainModel } from './use-chain-models.ts';
import type { useChains } from './use-chains.ts';

interface ChainMenuProps {
  readonly chain: ChainDto;
  readonly chains: ReturnType<typeof useChains>;
  readonly models: readonly ChainModel[];
}

export function ChainMenu({ chain, chains, models }: ChainMenuProps) {
  const { t } = useTranslation('models');
  const { id, name, isDefault } = chain;
  const [shown, setShown] = useState<'edit' | 'remove' | null>(null);
  const onClose = () => setShown(null);
  const onRemoved = () => {
    onClose();
    showToast({ text: t('chains.removed', { name }) });
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('chains.menuOf', { name })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          {
            label: t('chains.edit'),
            icon: <Pencil aria-hidden className="size-4" />,
            onSelect: () => setShown('edit'),
          },
          {
            label: isDefault ? t('chains.noDefault') : t('chains.makeDefault'),
            icon: isDefault ? <StarOff aria-hidden className="size-4" /> : <Star aria-hidden className="size-4" />,
            onSelect: () => chains.setDefault(isDefault ? null : id),
          },
          {
            label: t('chains.remove'),
            icon: <Trash2 aria-hidden className="size-4" />,
            isDanger: true,
            onSelect: () => setShown('remove'),
          },
        ]}
      />
      {shown === 'edit' && (
        <ChainDialog
          title={t('chains.editTitle', { name })}
          action={t('save')}
          saved={chain}
          known={models}
          onSave={async (changed) => void (await chains.update.mutateAsync({ chainId: id, ...changed }))}
          onClose={onClose}
        />
      )}
      {shown === 'remove' && (
        <ConfirmDialog
          title={t('chains.removeTitle', { name })}
          text={t('chains.removeText')}
          confirm={t('chains.removeAction')}
          isBusy={chains.remove.isPending}
          onConfirm={() => chains.remove.mutate({ chainId: id }, { onSuccess: onRemoved })}
          onClose={onClose}
        />
      )}
    </>
  );
}
