import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { signOut } from '../auth/sign-out.ts';
import { openDialog } from '../shell/layout-state.ts';
import { Block } from './block.tsx';
import { Facts } from './facts.tsx';
import { NameForm } from './name-form.tsx';

export function ProfileSection() {
  const { t } = useTranslation('settings');
  const identity = useIdentity();
  const update = trpc.auth.updateProfile.useMutation();
  if (!identity) return null;
  const { name, email, isEmailVerified } = identity.user;
  return (
    <>
      <Block>
        <NameForm
          label={t('profile.name')}
          hint={t('profile.nameHint')}
          autoComplete="name"
          saved={name}
          save={(changed) => update.mutateAsync({ name: changed })}
        />
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
