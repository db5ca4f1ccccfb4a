import { buttonClass } from '@atelier/ui/button';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '../i18n/add-later-words.ts';
import { client } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { LinkGone } from './link-gone.tsx';
import { linkSecret } from './link-secrets.ts';
import { NewPasswordForm } from './new-password-form.tsx';
import { PageHeading } from './page-heading.tsx';
import { whenLinkIsGone } from './when-link-is-gone.ts';

type Outcome = 'set' | 'gone' | null;

/** Choosing a new password by the mailed link. It signs nobody in, and everybody out. */
export function ResetPage() {
  const { t } = useTranslation();
  const token = useValue(linkSecret);
  const [outcome, setOutcome] = useState<Outcome>(null);

  async function choose(password: string): Promise<void> {
    if (token === null) return;
    const isGone = await whenLinkIsGone(() => client.api.auth.resetPassword.mutate({ token, password }));
    setOutcome(isGone ? 'gone' : 'set');
    linkSecret.set(null);
    // If this browser was signed in, it is not any more.
    if (!isGone && client.signInStore.state.status === 'signed_in') await client.signInStore.renew();
  }

  if (outcome === 'set') {
    return (
      <div role="status">
        <CircleCheck aria-hidden className="mb-3 size-6 text-good" />
        <PageHeading title={t('link.resetDoneTitle')} text={t('link.resetDoneText')} />
        <Link to="/auth/sign-in" className={buttonClass('primary', 'form')}>
          {t('auth.signIn')}
        </Link>
      </div>
    );
  }
  if (token === null || outcome === 'gone') {
    return (
      <LinkGone>
        <AuthLink to="/auth/reset-request">{t('link.toReset')}</AuthLink>
      </LinkGone>
    );
  }
  return (
    <>
      <PageHeading title={t('link.resetTitle')} text={t('link.resetSub')} />
      <NewPasswordForm key={token} action={t('link.setPassword')} onChosen={choose} />
    </>
  );
}
