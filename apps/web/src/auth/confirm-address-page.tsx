import { Button } from '@atelier/ui/button';
import { useNavigate } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '../i18n/add-later-words.ts';
import { client } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { useIdentity } from './identity.ts';
import { LinkGone } from './link-gone.tsx';
import { linkSecret } from './link-secrets.ts';
import { PageHeading } from './page-heading.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { useOnce } from './use-once.ts';
import { useSubmit } from './use-submit.ts';

/** Proves the address of the account that is signed in, by the mailed link. */
export function ConfirmAddressPage() {
  const { t } = useTranslation();
  const token = useValue(linkSecret);
  const identity = useIdentity();
  const [confirmed, setConfirmed] = useState<string | null>(null);
  if (confirmed !== null) return <Confirmed email={confirmed} />;
  if (token === null) return <ConfirmGone />;
  if (!identity) {
    return (
      <>
        <PageHeading title={t('link.confirmTitle')} text={t('link.signInFirst')} />
        <p className="text-2">
          <AuthLink to="/auth/sign-in" search={{ next: '/auth/confirm' }}>
            {t('auth.toSignIn')}
          </AuthLink>
        </p>
      </>
    );
  }
  return <Confirm key={token} token={token} onConfirmed={setConfirmed} />;
}

interface ConfirmProps {
  readonly token: string;
  readonly onConfirmed: (email: string) => void;
}

function Confirm({ token, onConfirmed }: ConfirmProps) {
  const { t } = useTranslation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const { user } = await client.api.auth.verifyEmail.mutate({ token });
    onConfirmed(user.email);
    linkSecret.set(null);
    // The identity of this tab says so from its next renewal on: this is that.
    await client.signInStore.renew();
  });
  useOnce(() => void submit());
  if (refusal?.code === 'auth.link_invalid') return <ConfirmGone />;
  return (
    <>
      <PageHeading title={t('link.confirmTitle')} text={t('link.confirming')} />
      <RefusalNote refusal={refusal} />
      {refusal !== null && (
        <Button size="form" disabled={isBusy || isWaiting} onClick={() => void submit()}>
          {t('common.retry')}
        </Button>
      )}
    </>
  );
}

function Confirmed({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <div role="status">
      <CircleCheck aria-hidden className="mb-3 size-6 text-good" />
      <PageHeading title={t('link.confirmedTitle')} text={t('link.confirmedText', { email })} />
      <Button look="primary" size="form" onClick={() => void navigate({ to: '/', replace: true })}>
        {t('link.toStart')}
      </Button>
    </div>
  );
}

function ConfirmGone() {
  const { t } = useTranslation();
  return (
    <LinkGone>
      {t('link.confirmAgain')} <AuthLink to="/">{t('link.toStart')}</AuthLink>
    </LinkGone>
  );
}
