import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { invitationSecret } from './link-secrets.ts';
import { MailSent } from './mail-sent.tsx';
import { NewPersonForm } from './new-person-form.tsx';
import { OtherWays } from './other-ways.tsx';
import { PageHeading } from './page-heading.tsx';
import type { NewPerson } from './person-problems.ts';
import { typedEmail } from './typed-email.ts';
import { useResumeOnReturn } from './use-resume-on-return.ts';
import { useSubmit } from './use-submit.ts';

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
  const [typed, setTyped] = useState({ name: '', password: '' });
  const person = { ...typed, email };
  const [isMailSent, setMailSent] = useState(false);
  const submission = useSubmit(async () => {
    const { status } = await client.register({ ...person, ...(invitation === null ? {} : { invitation }) });
    setMailSent(status === 'mail_sent');
  });
  useResumeOnReturn(isMailSent);
  const change = ({ email, ...rest }: NewPerson) => {
    typedEmail.set(email);
    setTyped(rest);
  };

  const isClosed = status.data?.registration === 'invitation' && invitation === null;

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
      <NewPersonForm person={person} onChange={change} submission={submission} action={t('auth.register')} />
      {!isFirst && <p className="mt-5 text-center text-2 text-soft">{toSignIn}</p>}
    </>
  );
}
