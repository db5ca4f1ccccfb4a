import type { AgentDto } from '@atelier/contracts/agents';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Archive, Ellipsis, History, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { showToast } from '../../shell/toast-store.ts';
import { AgentEditor } from './agent-editor.tsx';
import { AgentVersions } from './agent-versions.tsx';
import type { AgentChanges } from './use-agents.ts';

interface AgentMenuProps {
  readonly agent: AgentDto;
  readonly changes: AgentChanges;
  readonly isChangeable: boolean;
}

/** What can be done with an agent; whoever may not change it looks at its versions. */
export function AgentMenu({ agent, changes, isChangeable }: AgentMenuProps) {
  const { t } = useTranslation('agents');
  const [shown, setShown] = useState<'edit' | 'versions' | 'archive' | null>(null);
  const onClose = () => setShown(null);
  const { id: agentId, name } = agent;
  const onArchived = () => {
    onClose();
    showToast({ text: t('archived', { name }) });
  };
  const change = [
    { label: t('edit'), icon: <Pencil aria-hidden className="size-4" />, onSelect: () => setShown('edit') },
  ];
  const archive = [
    {
      label: t('archive'),
      icon: <Archive aria-hidden className="size-4" />,
      isDanger: true,
      onSelect: () => setShown('archive'),
    },
  ];
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('menuOf', { name })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          ...(isChangeable ? change : []),
          {
            label: t('versions'),
            icon: <History aria-hidden className="size-4" />,
            onSelect: () => setShown('versions'),
          },
          ...(isChangeable ? archive : []),
        ]}
      />
      {shown === 'edit' && <AgentEditor agent={agent} changes={changes} onClose={onClose} />}
      {shown === 'versions' && (
        <AgentVersions agent={agent} changes={isChangeable ? changes : null} onClose={onClose} />
      )}
      {shown === 'archive' && (
        <ConfirmDialog
          title={t('archiveTitle', { name })}
          text={t('archiveText')}
          confirm={t('archiveAction')}
          isBusy={changes.archive.isPending}
          onConfirm={() => changes.archive.mutate({ agentId }, { onSuccess: onArchived })}
          onClose={onClose}
        />
      )}
    </>
  );
}
