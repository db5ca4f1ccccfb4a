import type { SessionDto } from '@atelier/contracts/sessions';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { clsx } from 'clsx';
import { Archive, ArchiveRestore, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RemoveSessionDialog } from './remove-session-dialog.tsx';
import { useArchive } from './use-archive.ts';

interface SessionMenuProps {
  readonly session: SessionDto;
  readonly onRename: () => void;
  readonly className?: string;
}

/** What can be done with a session as a whole. */
export function SessionMenu({ session, onRename, className }: SessionMenuProps) {
  const { t } = useTranslation();
  const [isRemoving, setRemoving] = useState(false);
  const { archive, restore } = useArchive();
  const isArchived = session.status === 'archived';
  const title = session.title === '' ? t('session.untitled') : session.title;
  return (
    <>
      <Menu
        trigger={
          <IconButton
            label={t('session.menuOf', { title })}
            look={className === undefined ? 'ghost' : 'bare'}
            className={clsx('size-7', className)}
          >
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          { label: t('session.rename'), icon: <Pencil aria-hidden className="size-4" />, onSelect: onRename },
          isArchived
            ? {
                label: t('session.restore'),
                icon: <ArchiveRestore aria-hidden className="size-4" />,
                onSelect: () => restore(session),
              }
            : {
                label: t('session.archive'),
                icon: <Archive aria-hidden className="size-4" />,
                onSelect: () => archive(session),
              },
          {
            label: t('session.remove'),
            icon: <Trash2 aria-hidden className="size-4" />,
            isDanger: true,
            onSelect: () => setRemoving(true),
          },
        ]}
      />
      {isRemoving && <RemoveSessionDialog session={session} onClose={() => setRemoving(false)} />}
    </>
  );
}
