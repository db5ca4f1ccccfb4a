import type { ProviderDto } from '@atelier/contracts/providers';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Ellipsis, Pencil, Power, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AccessDialog } from './access-dialog.tsx';
import { EditProvider } from './edit-provider.tsx';
import { RemoveProvider } from './remove-provider.tsx';
import { useSwitchProvider } from './use-switch-provider.ts';

/** What can be done with a provider. */
export function ProviderMenu({ provider }: { readonly provider: ProviderDto }) {
  const { t } = useTranslation('models');
  const [shown, setShown] = useState<'edit' | 'access' | 'remove' | null>(null);
  const switchProvider = useSwitchProvider();
  const onClose = () => setShown(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('providers.menuOf', { name: provider.name })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          {
            label: t('providers.edit'),
            icon: <Pencil aria-hidden className="size-4" />,
            onSelect: () => setShown('edit'),
          },
          {
            label: t('providers.access'),
            icon: <UsersRound aria-hidden className="size-4" />,
            onSelect: () => setShown('access'),
          },
          {
            label: provider.isEnabled ? t('providers.turnOff') : t('providers.turnOn'),
            icon: <Power aria-hidden className="size-4" />,
            onSelect: () => switchProvider(provider),
          },
          {
            label: t('providers.remove'),
            icon: <Trash2 aria-hidden className="size-4" />,
            isDanger: true,
            onSelect: () => setShown('remove'),
          },
        ]}
      />
      {shown === 'edit' && <EditProvider provider={provider} onClose={onClose} />}
      {shown === 'access' && <AccessDialog provider={provider} onClose={onClose} />}
      {shown === 'remove' && <RemoveProvider provider={provider} onClose={onClose} />}
    </>
  );
}
