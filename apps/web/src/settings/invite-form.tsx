import type { InvitedRole } from '@atelier/contracts/organisations';
import { isAtLeast } from '@atelier/contracts/permissions';
import { Button } from '@atelier/ui/button';
import { Select } from '@atelier/ui/select';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { isEmail } from '../auth/person-problems.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { showToast } from '../shell/toast-store.ts';
import type { MadeLink } from './invitations-section.tsx';
import { givenRoles } from './member-row.tsx';

type Delivery = 'mail' | 'link';

/** Offers somebody to join, by mail or by a link to hand on. */
export function InviteForm({ onMade }: { readonly onMade: (made: MadeLink) => void }) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const mine = useIdentity()?.organisation.role ?? 'viewer';
  const about = trpc.system.about.useQuery();
  const hasMail = about.data?.capabilities.find(({ name }) => name === 'mail')?.isOn ?? false;
  const [email, setEmail] = useState('');
  const [hasTried, setTried] = useState(false);
  const [role, setRole] = useState<InvitedRole>('member');
  const [chosen, setDelivery] = useState<Delivery | null>(null);
  const delivery = chosen ?? (hasMail ? 'mail' : 'link');
  const utils = trpc.useUtils();
  const create = trpc.invitations.create.useMutation({ onSettled: () => utils.invitations.list.invalidate() });
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const { invitation, link } = await create.mutateAsync({ email: email.trim(), role, delivery });
    if (link === null) showToast({ text: t('invitations.sent', { email: invitation.email }) });
    else onMade({ email: invitation.email, link });
    setEmail('');
    setTried(false);
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (isEmail(email)) void submit();
  }
  return (
    <form onSubmit={onSubmit} noValidate className="max-w-xl">
      <TextField
        label={t('invitations.email')}
        type="email"
        autoComplete="off"
        maxLength={254}
        value={email}
        error={hasTried && !isEmail(email) ? common('auth.emailInvalid') : undefined}
        onChange={({ target }) => setEmail(target.value)}
      />
      <div className="mb-3 grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <Select
          label={t('invitations.role')}
          size="form"
          value={role}
          options={givenRoles
            .filter((given) => isAtLeast(mine, given))
            .map((given) => [given, common(`role.${given}`)] as const)}
          onChange={setRole}
        />
        <Select
          label={t('invitations.delivery')}
          size="form"
          value={delivery}
          options={[
            ['mail', t('invitations.mail')],
            ['link', t('invitations.link')],
          ]}
          onChange={setDelivery}
        />
      </div>
      <RefusalNote refusal={refusal} />
      <Button type="submit" look="primary" disabled={isBusy || isWaiting} icon={isBusy && <Spinner />}>
        {t('invitations.create')}
      </Button>
    </form>
  );
}
