import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import { IconButton } from '@atelier/ui/icon-button';
import { History } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../auth/use-may.ts';

const RestoreDialog = lazy(async () => ({ default: (await import('./restore-dialog.tsx')).RestoreDialog }));

/** Whether files can be put back to a message: not now while the agent is at work. Null: how they were is not known. */
export type Restoring = 'offered' | 'busy' | null;

interface RestoreButtonProps {
  readonly sessionId: SessionId;
  readonly message: Pick<MessageDto, 'id' | 'role'>;
  readonly restoring: Restoring;
}

/** Puts the workspace back to how this message found it, or left it; asks first, with what that changes. */
export function RestoreButton({ sessionId, message, restoring }: RestoreButtonProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const mayWrite = useMay('file.write');
  if (restoring === null || !mayWrite) return null;
  const label = message.role === 'user' ? t('changes.toBeforeMessage') : t('changes.toAnswer');
  return (
    <>
      <IconButton label={label} disabled={restoring === 'busy'} onClick={() => setOpen(true)}>
        <History aria-hidden className="size-4" />
      </IconButton>
      {isOpen && (
        <Suspense>
          <RestoreDialog
            title={label}
            sessionId={sessionId}
            messageId={message.id}
            isBusy={restoring === 'busy'}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
