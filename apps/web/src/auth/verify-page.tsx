import { Button } from '@atelier/ui/button';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '../i18n/add-later-words.ts';
import { client } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { useIdentity } from './identity.ts';
import { LinkGone } from './link-gone.tsx';
import { linkSecret } from './link-secrets.ts';
import { NewPasswordForm } from './new-password-form.tsx';
import { PageHeading } from './page-heading.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { signOut } from './sign-out.ts';
import { useOnce } from './use-once.ts';
import { useSubmit } from './use-submit.ts';

/** The end of registering, by the mailed link. */
export function VerifyPage() {
  const token = useValue(linkSecret);
  return token === null ? <VerifyGone /> : <Verify key={token} token={token} />;
}

function Verify({ token }: { readonly token: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const identity = useIdentity();
  const [isAnotherSignedIn] = useState(identity !== null);
  const finish = useSubmit(() => complete());
  useOnce(() => {
    // Whoever is signed in here should not become somebody else by opening a mail.
    if (!isAnotherSignedIn) void finish.submit();
  });

  async function complete(password?: string): Promise<void> {
    if (identity) await signOut();
    const grant = await client.api.auth.completeRegistration.mutate({
      token,
      ...(password === undefined ? {} : { password }),
    });
    client.signInStore.accept(grant);
    linkSecret.set(null);
    await navigate({ to: '/', replace: true });
  }

  const { refusal } = finish;
  if (refusal?.code === 'auth.link_invalid') return <VerifyGone />;
  if (refusal?.code === 'auth.password_needed') {
    return (
      <>
        <PageHeading title={t('link.verifyTitle')} text={t('link.otherBrowser')} />
        <NewPasswordForm action={t('link.finish')} onChosen={(password) => complete(password)} />
      </>
    );
  }
  return (
    <>
      <PageHeading
        title={t('link.verifyTitle')}
        text={identity ? t('link.signedInAs', { email: identity.user.email }) : t('link.verifying')}
      />
      <RefusalNote refusal={refusal} />
      {(isAnotherSignedIn || refusal !== null) && (
        <Button
          look="primary"
          size="form"
          disabled={finish.isBusy || finish.isWaiting}
          onClick={() => void finish.submit()}
        >
          {refusal === null ? t('link.finish') : t('common.retry')}
        </Button>
      )}
    </>
  );
}

function VerifyGone() {
  const { t } = useTranslation();
  return (
    <LinkGone>
      <AuthLink to="/auth/register">{t('link.toRegister')}</AuthLink> ·{' '}
      <AuthLink to="/auth/sign-in">{t('auth.toSignIn')}</AuthLink>
    </LinkGone>
  );
}
