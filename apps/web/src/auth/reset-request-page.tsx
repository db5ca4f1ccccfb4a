import { TextField } from '@atelier/ui/text-field';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { MailSent } from './mail-sent.tsx';
import { PageHeading } from './page-heading.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import { typedEmail } from './typed-email.ts';
import { useSubmit } from './use-submit.ts';

/** Asks for a link to set a new password. The answer is the same for every address. */
export function ResetRequestPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/signed-out' });
  const email = useValue(typedEmail);
  const [isSent, setSent] = useState(false);
  const submission = useSubmit(async () => {
    await client.api.auth.requestReset.mutate({ email });
    setSent(true);
  });
  const toSignIn = (
    <AuthLink to="/auth/sign-in" search={next === undefined ? {} : { next }}>
      {t('auth.backToSignIn')}
    </AuthLink>
  );
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submission.submit();
  }
  if (isSent) {
    return (
      <MailSent text={t('auth.resetMail', { email: email.trim() })} hint={t('auth.resetHint')} again={submission}>
        {toSignIn}
      </MailSent>
    );
  }
  return (
    <>
      <PageHeading title={t('auth.resetTitle')} text={t('auth.resetSub')} />
      <form onSubmit={onSubmit}>
        <TextField
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => typedEmail.set(event.target.value)}
        />
        <RefusalNote refusal={submission.refusal} />
        <SubmitButton of={submission}>{t('auth.sendLink')}</SubmitButton>
      </form>
      <p className="mt-5 text-center text-2 text-soft">{toSignIn}</p>
    </>
  );
}
