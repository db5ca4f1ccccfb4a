import { TextField } from '@atelier/ui/text-field';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { invitationSecret } from './invitation-secret.ts';
import { MailSent } from './mail-sent.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { OtherWays } from './other-ways.tsx';
import { PageHeading } from './page-heading.tsx';
import { problemsOf } from './person-problems.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import { typedEmail } from './typed-email.ts';
import { useResumeOnReturn } from './use-resume-on-return.ts';
import { useSubmit } from './use-submit.ts';
import { otherThanWeak, weakPassword } from './weak-password.ts';

export function RegisterPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/signed-out' });
  const onlyNext = next === undefined ? {} : { next };
  const status = trpc.system.status.useQuery();
  const isFirst = status.data?.hasUsers === false;
  const secret = useValue(invitationSecret);
  // Only whoever came from the invitation's page registers by it.
  const invitation = next === '/invitation' ? secret : null;
  const email = useValue(typedEmail);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [hasTried, setTried] = useState(false);
  const [isMailSent, setMailSent] = useState(false);
  const submission = useSubmit(async () => {
    const { status } = await client.register({ name, email, password, ...(invitation === null ? {} : { invitation }) });
    setMailSent(status === 'mail_sent');
  });
  useResumeOnReturn(isMailSent);

  const isClosed = status.data?.registration === 'invitation' && invitation === null;
  const problems = problemsOf({ name, email, password }, t);
  const shown: Partial<typeof problems> = hasTried ? problems : {};
  const { refusal } = submission;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).every((problem) => problem === undefined)) void submission.submit();
  }
  const toSignIn = (
    <>
      {t('auth.known')}{' '}
      <AuthLink to="/auth/sign-in" search={onlyNext}>
        {t('auth.toSignIn')}
      </AuthLink>
    </>
  );
  if (isMailSent) {
    return (
      <MailSent text={t('auth.registerMail', { email: email.trim() })} hint={t('auth.mailHint')} again={submission}>
        {toSignIn}
      </MailSent>
    );
  }
  if (isClosed) {
    return (
      <>
        <PageHeading title={t('auth.closedTitle')} text={t('auth.closedText')} />
        <p className="text-2 text-soft">{toSignIn}</p>
      </>
    );
  }
  return (
    <>
      <PageHeading
        title={isFirst ? t('auth.firstTitle') : t('auth.registerTitle')}
        text={isFirst ? t('auth.firstSub') : t('auth.registerSub')}
      />
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
          onChange={(event) => typedEmail.set(event.target.value)}
        />
        <NewPasswordField
          label={t('auth.password')}
          value={password}
          known={[name, email]}
          error={shown.password ?? weakPassword(refusal, t)}
          onChange={setPassword}
        />
        <RefusalNote refusal={otherThanWeak(refusal)} />
        <SubmitButton of={submission}>{t('auth.register')}</SubmitButton>
      </form>
      {!isFirst && <p className="mt-5 text-center text-2 text-soft">{toSignIn}</p>}
    </>
  );
}
