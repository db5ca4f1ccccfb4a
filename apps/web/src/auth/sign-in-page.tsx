import { TextField } from '@atelier/ui/text-field';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { OtherWays } from './other-ways.tsx';
import { PageHeading } from './page-heading.tsx';
import { hasPasskeys } from './passkey-prompt.ts';
import { PasskeySignIn } from './passkey-sign-in.tsx';
import { PasswordField } from './password-field.tsx';
import { pendingSecondFactor } from './pending-second-factor.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SignedOutNote } from './signed-out-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import { typedEmail } from './typed-email.ts';
import { useSubmit } from './use-submit.ts';

export function SignInPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/signed-out' });
  const onlyNext = search.next === undefined ? {} : { next: search.next };
  const status = trpc.system.status.useQuery();
  const email = useValue(typedEmail);
  const [password, setPassword] = useState('');
  const submission = useSubmit(async () => {
    const result = await client.signIn({ email, password });
    if (result.status === 'signed_in') return;
    pendingSecondFactor.set(result);
    await navigate({ to: '/auth/second-factor', search: onlyNext });
  });

  // A new installation has nobody who could sign in.
  if (status.data?.hasUsers === false) return <Navigate to="/auth/register" search={search} replace />;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submission.submit();
  }
  return (
    <>
      <PageHeading title={t('auth.signInTitle')} text={t('auth.signInSub')} />
      <SignedOutNote />
      <OtherWays>{hasPasskeys() ? <PasskeySignIn /> : null}</OtherWays>
      <form onSubmit={onSubmit}>
        <TextField
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => typedEmail.set(event.target.value)}
        />
        <PasswordField
          label={t('auth.password')}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          aside={
            <AuthLink to="/auth/reset-request" search={onlyNext}>
              {t('auth.forgot')}
            </AuthLink>
          }
        />
        <RefusalNote refusal={submission.refusal} />
        <SubmitButton of={submission}>{t('auth.signIn')}</SubmitButton>
      </form>
      <p className="mt-5 text-center text-2 text-soft">
        {t('auth.newHere')}{' '}
        <AuthLink to="/auth/register" search={onlyNext}>
          {t('auth.toRegister')}
        </AuthLink>
      </p>
    </>
  );
}
