import { passwordMaxLength } from '@atelier/contracts/auth';
import { Button } from '@atelier/ui/button';
import { Skeleton } from '@atelier/ui/skeleton';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc, trpcClient } from '../api.ts';
import { useIdentity } from '../auth/identity.ts';
import { NewPasswordField } from '../auth/new-password-field.tsx';
import { PasswordField } from '../auth/password-field.tsx';
import { shortPassword } from '../auth/person-problems.ts';
import { RefusalNote } from '../auth/refusal-note.tsx';
import { useSubmit } from '../auth/use-submit.ts';
import { otherThanWeak, weakPassword } from '../auth/weak-password.ts';
import { LoadError } from '../shell/load-error.tsx';
import { showToast } from '../shell/toast-store.ts';
import { Row, RowList } from './row-list.tsx';

/** Changing the password; or getting one, for whoever signs in at a provider only. */
export function PasswordSection() {
  const { t } = useTranslation('security');
  const accounts = trpc.auth.accounts.useQuery();
  const [isChanging, setChanging] = useState(false);
  if (accounts.isPending) return <Skeleton className="h-14 w-full" />;
  if (accounts.isError) return <LoadError error={accounts.error} onRetry={() => void accounts.refetch()} />;
  if (!accounts.data.items.some(({ provider }) => provider === 'password')) return <NoPassword />;
  if (isChanging) return <ChangePassword onDone={() => setChanging(false)} />;
  return (
    <RowList label={t('password.title')}>
      <Row
        title={t('password.set')}
        facts={t('password.text')}
        actions={<Button onClick={() => setChanging(true)}>{t('password.change')}</Button>}
      />
    </RowList>
  );
}

function ChangePassword({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation('security');
  const words = useTranslation().t;
  const identity = useIdentity();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [hasTried, setTried] = useState(false);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    client.signInStore.accept(await trpcClient.auth.changePassword.mutate({ current, password }));
    showToast({ text: t('password.changed') });
    onDone();
  });
  const short = shortPassword(password, words);
  const isWrong = refusal?.code === 'auth.password_wrong';

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (short === undefined) void submit();
  }
  return (
    <form onSubmit={onSubmit} className="rounded-3 border border-line bg-raised p-4">
      <div className="max-w-96">
        <input hidden readOnly autoComplete="username" value={identity?.user.email ?? ''} />
        <PasswordField
          label={t('password.current')}
          autoComplete="current-password"
          required
          maxLength={passwordMaxLength}
          autoFocus
          value={current}
          error={isWrong ? refusal.message : undefined}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <NewPasswordField
          label={t('password.new')}
          value={password}
          known={identity ? [identity.user.name, identity.user.email] : []}
          error={hasTried && short !== undefined ? short : weakPassword(refusal, words)}
          onChange={setPassword}
        />
        <p className="mb-3 text-soft">{t('password.endsOthers')}</p>
        <RefusalNote refusal={isWrong ? null : otherThanWeak(refusal)} />
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={isBusy || isWaiting}>
            {t('password.change')}
          </Button>
          <Button onClick={onDone}>{t('cancel')}</Button>
        </div>
      </div>
    </form>
  );
}

/** Nothing could be typed to prove who is there, so the way is the same as for a lost password. */
function NoPassword() {
  const { t } = useTranslation('security');
  const identity = useIdentity();
  const [isSent, setSent] = useState(false);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    if (!identity) return;
    await client.api.auth.requestReset.mutate({ email: identity.user.email });
    setSent(true);
  });
  return (
    <>
      <RowList label={t('password.title')}>
        <Row
          title={t('password.none')}
          facts={<span role="status">{isSent ? t('password.linkSent') : t('password.noneText')}</span>}
          actions={
            <Button disabled={isBusy || isWaiting || isSent} onClick={() => void submit()}>
              {t('password.sendLink')}
            </Button>
          }
        />
      </RowList>
      <RefusalNote refusal={refusal} />
    </>
  );
}
