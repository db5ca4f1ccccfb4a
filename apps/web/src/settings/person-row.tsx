import type { PersonDto } from '@atelier/contracts/installation';
import { Badge } from '@atelier/ui/badge';
import { Select } from '@atelier/ui/select';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { useMay } from '../auth/use-may.ts';
import { formatDate } from '../platform/format.ts';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { Person } from './person.tsx';
import { PersonMenu } from './person-menu.tsx';

/** Somebody as administrators of the installation see them, and what may be done about their account. */
export function PersonRow({ person }: { readonly person: PersonDto }) {
  const { t, i18n } = useTranslation('settings');
  const me = useIdentity()?.user;
  const mayWrite = useMay('installation.write');
  const isMe = person.id === me?.id;
  // Nobody changes themselves, or the owner.
  const isChangeable = mayWrite && !isMe && person.installationRole !== 'owner';
  const lastUsed =
    person.lastUsedAt === null
      ? t('people.never')
      : t('people.lastUsed', { date: formatDate(person.lastUsedAt, i18n.language) });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line py-2.5">
      <Person
        name={person.name}
        email={person.email}
        note={`${t('people.organisations', { count: person.organisations })} · ${lastUsed}`}
      >
        {isMe && <Badge>{t('people.you')}</Badge>}
        {person.status === 'suspended' && <Badge tone="bad">{t('people.suspended')}</Badge>}
        {!person.isEmailVerified && <Badge>{t('people.unverified')}</Badge>}
        {person.hasSecondFactor && <Badge tone="good">{t('people.secondFactor')}</Badge>}
      </Person>
      <div className="ml-auto flex items-center gap-1">
        {isChangeable ? (
          <RoleSelect person={person} />
        ) : (
          <span className="px-2 text-soft">{t(`people.role.${person.installationRole}`)}</span>
        )}
        {isChangeable && <PersonMenu person={person} />}
      </div>
    </li>
  );
}

function RoleSelect({ person: { id, name, installationRole } }: { readonly person: PersonDto }) {
  const { t } = useTranslation('settings');
  const utils = trpc.useUtils();
  const change = trpc.installation.changeRole.useMutation({
    onError: showError,
    onSuccess: (_answer, { role }) =>
      showToast({ text: t('people.changed', { name, role: t(`people.role.${role}`) }) }),
    onSettled: () => utils.installation.people.invalidate(),
  });
  return (
    <Select
      label={t('people.roleOf', { name })}
      isLabelHidden
      className="w-36 max-sm:w-44"
      disabled={change.isPending}
      value={change.isPending ? change.variables.role : installationRole === 'admin' ? 'admin' : 'user'}
      options={(['admin', 'user'] as const).map((role) => [role, t(`people.role.${role}`)] as const)}
      onChange={(role) => change.mutate({ userId: id, role })}
    />
  );
}
