import type { McpServerDto } from '@atelier/contracts/mcp';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu, type MenuItem } from '@atelier/ui/menu';
import { Ellipsis, KeyRound, Pencil, Power, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { showError } from '../../shell/show-error.ts';
import { EditServer } from './edit-server.tsx';
import { useMcp } from './use-mcp.ts';

/** What can be done with a server; for one of the organisation its members can only forget what they authorised. */
export function ServerMenu({ server, mayArrange }: { readonly server: McpServerDto; readonly mayArrange: boolean }) {
  const { t } = useTranslation('mcp');
  const [shown, setShown] = useState<'edit' | 'remove' | null>(null);
  const utils = trpc.useUtils();
  const { update, remove } = useMcp(server.owner);
  const forget = trpc.mcp.forgetAuthorisation.useMutation({
    onError: showError,
    onSettled: () => utils.mcp.list.invalidate(),
  });
  const { id, name, kind, isEnabled, isAuthorised } = server;
  const serverId = id;
  const arranging: MenuItem[] = [
    ...(kind === 'http'
      ? [{ label: t('edit'), icon: <Pencil aria-hidden className="size-4" />, onSelect: () => setShown('edit') }]
      : []),
    {
      label: isEnabled ? t('turnOff') : t('turnOn'),
      icon: <Power aria-hidden className="size-4" />,
      onSelect: () => update.mutate({ serverId, isEnabled: !isEnabled }),
    },
    {
      label: t('remove'),
      icon: <Trash2 aria-hidden className="size-4" />,
      isDanger: true,
      onSelect: () => setShown('remove'),
    },
  ];
  const items: MenuItem[] = [
    ...(isAuthorised
      ? [
          {
            label: t('forget'),
            icon: <KeyRound aria-hidden className="size-4" />,
            onSelect: () => forget.mutate({ serverId }),
          },
        ]
      : []),
    ...(mayArrange ? arranging : []),
  ];
  if (items.length === 0) return null;
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('menuOf', { name })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={items}
      />
      {shown === 'edit' && <EditServer server={server} onClose={() => setShown(null)} />}
      {shown === 'remove' && (
        <ConfirmDialog
          title={t('removeTitle', { name })}
          text={t('removeText')}
          confirm={t('removeAction')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ serverId }, { onSuccess: () => setShown(null) })}
          onClose={() => setShown(null)}
        />
      )}
    </>
  );
}
