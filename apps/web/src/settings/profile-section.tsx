import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { signOut } from '../auth/sign-out.ts';
import { useSubmit } from '../auth/use-submit.ts';
import { openDialog } from '../shell/layout-state.ts';
import { showToast } from '../shell/toast-store.ts';
import { Block } from './block.tsx';
import { Facts } from './facts.tsx';

export function ProfileSection() {
  const { t } = useTranslation('settings');
  const identity = useIdentity();
  if (!identity) return null;
  const { name, email, isEmailVerified } = identity.user;
  return (
    <>
      <Block>
        <NameForm name={name} />
        <Facts
          rows={[
            [
              t('profile.email'),
              <span key="email" className="inline-flex max-w-full flex-wrap items-center gap-2">
                <span className="min-w-0 break-all">{email}</span>
                <Badge tone={isEmailVerified ? 'good' : 'plain'}>
                  {isEmailVerified ? t('profile.verified') : t('profile.unverified')}
                </Badge>
              </span>,
            ],
          ]}
        />
      </Block>
      <Block title={t('profile.signOut')} text={t('profile.signOutText')}>
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => void signOut()}>{t('profile.signOut')}</Button>
          <Button onClick={() => openDialog.set('forget')}>{t('profile.forget')}</Button>
        </div>
      </Block>
    </>
  );
}

function NameForm({ name: saved }: { readonly name: string }) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(saved);
  const update = trpc.auth.updateProfile.useMutation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    await update.mutateAsync({ name: name.trim() });
    // The name stands in the identity, which comes with a token.
    await client.signInStore.renew();
    showToast({ text: t('saved') });
  });
  const isSame = name.trim() === saved || name.trim() === '';

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!isSame) void submit();
  }
  return (
    <form onSubmit={onSubmit} className="mb-6 max-w-sm">
      <TextField
        label={t('profile.name')}
        hint={t('profile.nameHint')}
        autoComplete="name"
        maxLength={80}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <RefusalNote refusal={refusal} />
      <Button type="submit" look="primary" disabled={isSame || isBusy || isWaiting} icon={isBusy && <Spinner />}>
        {t('save')}
      </Button>
    </form>
  );
}
