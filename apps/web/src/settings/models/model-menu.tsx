import type { ModelDto } from '@atelier/contracts/models';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Spinner } from '@atelier/ui/spinner';
import { Ellipsis, MessageCircle, Pencil, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EditModel } from './edit-model.tsx';
import { RemoveModel } from './remove-model.tsx';
import { useSwitchModel } from './use-switch-model.ts';

interface ModelMenuProps {
  readonly model: ModelDto;
  readonly isAsking: boolean;
  readonly onAsk: () => void;
}

export function ModelMenu({ model, isAsking, onAsk }: ModelMenuProps) {
  const { t } = useTranslation('models');
  const [shown, setShown] = useState<'edit' | 'remove' | null>(null);
  const switchModel = useSwitchModel(model.providerId);
  const onClose = () => setShown(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('list.menuOf', { name: model.label })}>
            {isAsking ? <Spinner /> : <Ellipsis aria-hidden className="size-4" />}
          </IconButton>
        }
        items={[
          {
            label: t('list.edit'),
            icon: <Pencil aria-hidden className="size-4" />,
            onSelect: () => setShown('edit'),
          },
          { label: t('list.test'), icon: <MessageCircle aria-hidden className="size-4" />, onSelect: onAsk },
          {
            label: model.isEnabled ? t('list.turnOff') : t('list.turnOn'),
            icon: <Power aria-hidden className="size-4" />,
            onSelect: () => switchModel(model),
          },
          {
            label: t('list.remove'),
            icon: <Trash2 aria-hidden className="size-4" />,
            isDanger: true,
            onSelect: () => setShown('remove'),
          },
        ]}
      />
      {shown === 'edit' && <EditModel model={model} onClose={onClose} />}
      {shown === 'remove' && <RemoveModel model={model} onClose={onClose} />}
    </>
  );
}
