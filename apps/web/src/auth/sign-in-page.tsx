import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { Link, Navigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { OtherWays } from './other-ways.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { useSubmit } from './use-submit.ts';

export function SignInPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/signed-out' });
  const onlyNext = search.next === undefined ? {} : { next: search.next };
  const status = trpc.system.status.useQuery();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { submit, isBusy, isWaiting, refusal } = useSubmit(() => client.signIn({ email, password }));

  // A new installation has nobody who could sign in.
  if (status.data?.hasUsers === false) return <Navigate to="/auth/register" search={search} replace />;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submit();
  }
  return (
    <>
      <title>{`${t('auth.signIn')} · Atelier`}</title>
      <h1 className="mb-1 text-5 font-semibold tracking-tight">{t('auth.signInTitle')}</h1>
      <p className="mb-6 text-soft">{t('auth.signInSub')}</p>
      <OtherWays />
      <form onSubmit={onSubmit}>
        <TextField
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={t('auth.password')}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <RefusalNote refusal={refusal} />
        <Button type="submit" look="primary" size="form" disabled={isBusy || isWaiting} icon={isBusy && <Spinner />}>
          {t('auth.signIn')}
        </Button>
      </form>
      <p className="mt-5 text-center text-2 text-soft">
        {t('auth.newHere')}{' '}
        <Link to="/auth/register" search={onlyNext} className="text-accent underline underline-offset-2">
          {t('auth.toRegister')}
        </Link>
      </p>
    </>
  );
}
