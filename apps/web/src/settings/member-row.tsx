import type { InvitedRole, MemberDto } from '@atelier/contracts/organisations';
import { isAtLeast, type OrganisationRole } from '@atelier/contracts/permissions';
import { Badge } from '@atelier/ui/badge';
import { IconButton } from '@atelier/ui/icon-button';
import { Select } from '@atelier/ui/select';
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { useMay } from '../auth/use-may.ts';
import { formatDate } from '../platform/format.ts';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { Person } from './person.tsx';
import { RemoveMemberDialog } from './remove-member-dialog.tsx';

/** Those that can be given, the most powerful first: the owner changes by a transfer. */
export const givenRoles = ['admin', 'member', 'viewer'] as const satisfies readonly InvitedRole[];

interface MemberRowProps {
  readonly member: MemberDto;
  readonly onRemoved: () => void;
}

/** Somebody who belongs here, and what may be changed about that. */
export function MemberRow({ member, onRemoved }: MemberRowProps) {
  const { t, i18n } = useTranslation('settings');
  const identity = useIdentity();
  const mayChange = useMay('member.change');
  const [isRemoving, setRemoving] = useState(false);
  const isMe = member.userId === identity?.user.id;
  // Nobody changes the owner, themselves, or somebody above them.
  const mayChangeThis = mayChange && !isMe && isAtLeast(identity?.organisation.role ?? 'viewer', member.role);
  const changeable = mayChangeThis && member.role !== 'owner' ? member.role : null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line py-2.5">
      <Person
        name={member.name}
        email={member.email}
        note={t('members.joined', { date: formatDate(member.joinedAt, i18n.language) })}
      >
        {isMe && <Badge>{t('members.you')}</Badge>}
      </Person>
      <div className="ml-auto flex items-center gap-1">
        {changeable ? <RoleSelect member={member} role={changeable} /> : <RoleName role={member.role} />}
        {changeable && (
          <IconButton label={t('members.removeOf', { name: member.name })} onClick={() => setRemoving(true)}>
            <UserMinus aria-hidden className="size-4" />
          </IconButton>
        )}
      </div>
      {isRemoving && (
        <RemoveMemberDialog
          member={member}
          onClose={(isRemoved) => {
            setRemoving(false);
            if (isRemoved) onRemoved();
          }}
        />
      )}
    </li>
  );
}

function RoleName({ role }: { readonly role: OrganisationRole }) {
  const { t } = useTranslation();
  return <span className="px-2 text-soft">{t(`role.${role}`)}</span>;
}

function RoleSelect({ member: { userId, name }, role }: { readonly member: MemberDto; readonly role: InvitedRole }) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const utils = trpc.useUtils();
  const change = trpc.organisations.changeRole.useMutation({
    onError: showError,
    onSuccess: (_answer, chosen) =>
      showToast({ text: t('members.changed', { name, role: common(`role.${chosen.role}`) }) }),
    onSettled: () => utils.organisations.members.invalidate(),
  });
  // What was chosen is shown while it is on its way, and goes back when it is refused.
  const shown = change.isPending ? change.variables.role : role;
  return (
    <Select
      label={t('members.roleOf', { name })}
      isLabelHidden
      className="w-36 max-sm:w-44"
      disabled={change.isPending}
      value={shown}
      options={givenRoles.map((given) => [given, common(`role.${given}`)] as const)}
      onChange={(chosen) => change.mutate({ userId, role: chosen })}
    />
  );
}
