import type { PipelineDto } from '@atelier/contracts/pipelines';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Archive, Ellipsis, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../shell/confirm-dialog.tsx';
import { showToast } from '../../shell/toast-store.ts';
import { PipelineEditor } from './pipeline-editor.tsx';
import type { PipelineChanges } from './use-pipelines.ts';

interface PipelineMenuProps {
  readonly pipeline: PipelineDto;
  readonly changes: PipelineChanges;
}

/** What can be done with a pipeline by whoever may change it. */
export function PipelineMenu({ pipeline, changes }: PipelineMenuProps) {
  const { t } = useTranslation('pipelines');
  const [shown, setShown] = useState<'edit' | 'archive' | null>(null);
  const onClose = () => setShown(null);
  const { id: pipelineId, name } = pipeline;
  const onArchived = () => {
    onClose();
    showToast({ text: t('archived', { name }) });
  };
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('menuOf', { name })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          { label: t('edit'), icon: <Pencil aria-hidden className="size-4" />, onSelect: () => setShown('edit') },
          {
            label: t('archive'),
            icon: <Archive aria-hidden className="size-4" />,
            isDanger: true,
            onSelect: () => setShown('archive'),
          },
        ]}
      />
      {shown === 'edit' && <PipelineEditor pipeline={pipeline} changes={changes} onClose={onClose} />}
      {shown === 'archive' && (
        <ConfirmDialog
          title={t('archiveTitle', { name })}
          text={t('archiveText')}
          confirm={t('archiveAction')}
          isBusy={changes.archive.isPending}
          onConfirm={() => changes.archive.mutate({ pipelineId }, { onSuccess: onArchived })}
          onClose={onClose}
        />
      )}
    </>
  );
}
