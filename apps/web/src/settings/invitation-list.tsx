import type { InvitationDto } from '@atelier/contracts/organisations';
import { Badge, type Tone } from '@atelier/ui/badge';
import { IconButton } from '@atelier/ui/icon-button';
import { Menu } from '@atelier/ui/menu';
import { Skeleton } from '@atelier/ui/skeleton';
import { Ellipsis, Send, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useMay } from '../auth/use-may.ts';
import { formatDate } from '../platform/format.ts';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { LoadError } from '../shell/load-error.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import type { MadeLink } from './invitations-section.tsx';

const tones: Readonly<Record<InvitationDto['state'], Tone>> = {
  open: 'warn',
  accepted: 'good',
  declined: 'bad',
  revoked: 'plain',
  expired: 'plain',
};

export function InvitationList({ onMade }: { readonly onMade: (made: MadeLink) => void }) {
  const { t } = useTranslation('settings');
  const list = trpc.invitations.list.useQuery();
  if (list.isError && !list.data) return <LoadError error={list.error} onRetry={() => void list.refetch()} />;
  if (list.isPending) return <Skeleton className="h-24 w-full" />;
  if (list.data.length === 0) return <p className="text-faint">{t('invitations.none')}</p>;
  return (
    <ul>
      {list.data.map((invitation) => (
        <InvitationRow key={invitation.id} invitation={invitation} onMade={onMade} />
      ))}
    </ul>
  );
}

interface InvitationRowProps {
  readonly invitation: InvitationDto;
  readonly onMade: (made: MadeLink) => void;
}

function InvitationRow({ invitation, onMade }: InvitationRowProps) {
  const { t, i18n } = useTranslation('settings');
  const { t: common } = useTranslation();
  const { email, role, state, invitedBy, expiresAt } = invitation;
  const mayChange = useMay('invitation.write');
  const note = [
    common(`role.${role}`),
    ...(invitedBy === null ? [] : [t('invitations.by', { name: invitedBy })]),
    ...(state === 'open' ? [t('invitations.until', { date: formatDate(expiresAt, i18n.language) })] : []),
  ];
  return (
    <li className="flex min-h-12 items-center gap-3 border-b border-line py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={email}>
          {email}
        </p>
        <p className="truncate text-1 text-faint">{note.join(' · ')}</p>
      </div>
      <Badge tone={tones[state]}>{t(`invitations.state.${state}`)}</Badge>
      {/* An old one that was never answered can be sent again as well. */}
      {mayChange && (state === 'open' || state === 'expired') ? (
        <InvitationMenu invitation={invitation} onMade={onMade} />
      ) : (
        <span className="size-8 flex-none" />
      )}
    </li>
  );
}

function InvitationMenu({ invitation: { id, email, delivery }, onMade }: InvitationRowProps) {
  const { t } = useTranslation('settings');
  const [isRevoking, setRevoking] = useState(false);
  const utils = trpc.useUtils();
  const onSettled = () => utils.invitations.list.invalidate();
  const resend = trpc.invitations.resend.useMutation({
    onError: showError,
    onSettled,
    onSuccess: ({ link }) =>
      link === null ? showToast({ text: t('invitations.sent', { email }) }) : onMade({ email, link }),
  });
  const revoke = trpc.invitations.revoke.useMutation({
    onError: showError,
    onSettled,
    onSuccess: () => {
      setRevoking(false);
      showToast({ text: t('invitations.revoked') });
    },
  });
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('invitations.menuOf', { email })}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        items={[
          {
            label: delivery === 'mail' ? t('invitations.resend') : t('invitations.renew'),
            icon: <Send aria-hidden className="size-4" />,
            onSelect: () => resend.mutate({ invitationId: id }),
          },
          {
            label: t('invitations.revoke'),
            icon: <Undo2 aria-hidden className="size-4" />,
            isDanger: true,
            onSelect: () => setRevoking(true),
          },
        ]}
      />
      {isRevoking && (
        <ConfirmDialog
          title={t('invitations.revokeTitle')}
          text={t('invitations.revokeText', { email })}
          confirm={t('invitations.revoke')}
          isBusy={revoke.isPending}
          onConfirm={() => revoke.mutate({ invitationId: id })}
          onClose={() => setRevoking(false)}
        />
      )}
    </>
  );
}
