import { passwordMaxLength, passwordMinLength } from '@atelier/contracts/auth';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { TextField } from '@atelier/ui/text-field';
import { Link, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { OtherWays } from './other-ways.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { useSubmit } from './use-submit.ts';

export function RegisterPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/signed-out' });
  const onlyNext = search.next === undefined ? {} : { next: search.next };
  const status = trpc.system.status.useQuery();
  const isFirst = status.data?.hasUsers === false;
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [hasTried, setTried] = useState(false);
  const [mailedTo, setMailedTo] = useState<string | null>(null);
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const { status } = await client.register({ name, email, password });
    if (status === 'mail_sent') setMailedTo(email.trim());
  });

  const problems = {
    name: name.trim() === '' ? t('auth.nameMissing') : undefined,
    email: /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : t('auth.emailInvalid'),
    password: password.length < passwordMinLength ? t('auth.passwordShort', { count: passwordMinLength }) : undefined,
  };
  const shown = hasTried ? problems : { name: undefined, email: undefined, password: undefined };

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).every((problem) => problem === undefined)) void submit();
  }
  return (
    <>
      <title>{`${t('auth.register')} · Atelier`}</title>
      <h1 className="mb-1 text-5 font-semibold tracking-tight">
        {isFirst ? t('auth.firstTitle') : t('auth.registerTitle')}
      </h1>
      <p className="mb-6 text-soft">{isFirst ? t('auth.firstSub') : t('auth.registerSub')}</p>
      <OtherWays />
      <form onSubmit={onSubmit} noValidate>
        <TextField
          label={t('auth.name')}
          autoComplete="name"
          maxLength={80}
          value={name}
          error={shown.name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          maxLength={254}
          value={email}
          error={shown.email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <TextField
          label={t('auth.password')}
          type="password"
          autoComplete="new-password"
          maxLength={passwordMaxLength}
          value={password}
          hint={t('auth.passwordHint', { count: passwordMinLength })}
          error={shown.password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <RefusalNote refusal={refusal} />
        {mailedTo !== null && (
          <p role="status" className="mb-4 rounded-2 bg-raised px-3 py-2 text-2">
            {t('auth.mailSent', { email: mailedTo })}
          </p>
        )}
        <Button type="submit" look="primary" size="form" disabled={isBusy || isWaiting} icon={isBusy && <Spinner />}>
          {t('auth.register')}
        </Button>
      </form>
      {!isFirst && (
        <p className="mt-5 text-center text-2 text-soft">
          {t('auth.known')}{' '}
          <Link to="/auth/sign-in" search={onlyNext} className="text-accent underline underline-offset-2">
            {t('auth.toSignIn')}
          </Link>
        </p>
      )}
    </>
  );
}
