import type { PersonDto } from '@atelier/contracts/installation';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Ellipsis, KeyRound, LogOut, UserCheck, UserX } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { LinkOnce } from './link-once.tsx';

type Act = 'suspend' | 'end' | 'reset';

/** What can be done about somebody's account, each after a question. */
export function PersonMenu({ person: { id, name, email, status } }: { readonly person: PersonDto }) {
  const { t } = useTranslation('settings');
  const [asking, setAsking] = useState<Act | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const utils = trpc.useUtils();
  const done = (text: string) => {
    setAsking(null);
    showToast({ text });
  };
  const options = { onError: showError, onSettled: () => utils.installation.people.invalidate() };
  const suspend = trpc.installation.suspend.useMutation({
    ...options,
    onSuccess: () => done(t('people.suspendDone', { name })),
  });
  const restore = trpc.installation.restore.useMutation({
    ...options,
    onSuccess: () => done(t('people.restoreDone', { name })),
  });
  const end = trpc.installation.endSignIns.useMutation({
    ...options,
    onSuccess: () => done(t('people.endDone', { name })),
  });
  const reset = trpc.installation.startReset.useMutation({
    ...options,
    onSuccess: (answer) => {
      if (answer.link === null) return done(t('people.resetDone', { email }));
      setAsking(null);
      setLink(answer.link);
    },
  });
  const acts = { suspend, end, reset };
  const act = asking === null ? null : acts[asking];
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('people.menuOf', { name })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          {
            label: t('people.reset'),
            icon: <KeyRound aria-hidden className="size-4" />,
            onSelect: () => setAsking('reset'),
          },
          {
            label: t('people.endSignIns'),
            icon: <LogOut aria-hidden className="size-4" />,
            onSelect: () => setAsking('end'),
          },
          status === 'suspended'
            ? {
                label: t('people.restore'),
                icon: <UserCheck aria-hidden className="size-4" />,
                onSelect: () => restore.mutate({ userId: id }),
              }
            : {
                label: t('people.suspend'),
                icon: <UserX aria-hidden className="size-4" />,
                isDanger: true,
                onSelect: () => setAsking('suspend'),
              },
        ]}
      />
      {asking && act && (
        <ConfirmDialog
          title={t(`people.${asking}Title`, { name })}
          text={t(`people.${asking}Text`)}
          confirm={t(`people.${asking}Action`)}
          isBusy={act.isPending}
          onConfirm={() => act.mutate({ userId: id })}
          onClose={() => setAsking(null)}
        />
      )}
      {link !== null && (
        <LinkOnce
          title={t('people.resetLinkTitle', { name })}
          text={t('people.resetLinkText')}
          label={t('people.resetLinkLabel')}
          link={link}
          onClose={() => setLink(null)}
        />
      )}
    </>
  );
}
