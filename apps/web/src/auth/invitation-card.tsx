import type { InvitationPreview } from '@atelier/contracts/organisations';
import { Button, buttonClass } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { formatExactTime } from '../platform/format.ts';
import { showToast } from '../shell/toast-store.ts';
import { useIdentity } from './identity.ts';
import { invitationSecret } from './link-secrets.ts';
import { switchOrganisation } from './organisation.ts';
import { RefusalNote } from './refusal-note.tsx';
import { signOut } from './sign-out.ts';
import { useSubmit } from './use-submit.ts';

interface InvitationCardProps {
  readonly secret: string;
  readonly invitation: InvitationPreview;
}

/** Who invites to what, and the answer of whoever may give it. */
export function InvitationCard({ secret, invitation }: InvitationCardProps) {
  const { t, i18n } = useTranslation();
  const mine = useIdentity()?.user.email ?? null;
  const { organisation, inviter, role, email, expiresAt } = invitation;
  const words = { organisation, inviter: inviter ?? '', role: t(`role.${role}`) };
  return (
    <>
      <h1 className="mb-1 text-5 font-semibold tracking-tight">{t('invitation.title')}</h1>
      <p className="mb-5 break-words text-soft">
        {inviter === null ? t('invitation.without', words) : t('invitation.by', words)}
      </p>
      <dl className="mb-5 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 rounded-2 border border-line bg-raised p-4 text-2">
        <dt className="text-soft">{t('invitation.email')}</dt>
        <dd className="min-w-0 break-all">{email}</dd>
        <dt className="text-soft">{t('invitation.until')}</dt>
        <dd>{formatExactTime(expiresAt, i18n.language)}</dd>
      </dl>
      {mine === null ? (
        <SignedOut email={email} />
      ) : mine.toLowerCase() === email.toLowerCase() ? (
        <Answer secret={secret} />
      ) : (
        <OtherAddress email={email} mine={mine} />
      )}
    </>
  );
}

function SignedOut({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const search = { next: '/invitation' };
  return (
    <div className="flex flex-col gap-2">
      <p className="mb-2 text-2 break-words text-soft">{t('invitation.signedOutText', { email })}</p>
      <Link to="/auth/sign-in" search={search} className={buttonClass('primary', 'form')}>
        {t('invitation.signIn')}
      </Link>
      <Link to="/auth/register" search={search} className={buttonClass('plain', 'form')}>
        {t('invitation.register')}
      </Link>
    </div>
  );
}

function OtherAddress({ email, mine }: { readonly email: string; readonly mine: string }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="rounded-2 bg-warn-wash p-4 text-2">
      <h2 className="mb-1 font-semibold">{t('invitation.otherTitle')}</h2>
      <p className="mb-4 break-words">{t('invitation.otherText', { email, mine })}</p>
      <Button onClick={() => void signOut()}>{t('invitation.other')}</Button>
    </div>
  );
}

function Answer({ secret }: { readonly secret: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const accept = trpc.invitations.accept.useMutation();
  const decline = trpc.invitations.decline.useMutation();
  const accepting = useSubmit(async () => {
    const { organisationId } = await accept.mutateAsync({ token: secret });
    invitationSecret.set(null);
    await switchOrganisation(organisationId);
    // Who was there already, in another role, is not taken there.
    await navigate({ to: '/' });
  });
  const declining = useSubmit(async () => {
    await decline.mutateAsync({ token: secret });
    invitationSecret.set(null);
    showToast({ text: t('invitation.declined') });
    await navigate({ to: '/' });
  });
  const isBusy = accepting.isBusy || declining.isBusy;
  return (
    <div className="flex flex-col gap-2">
      <RefusalNote refusal={accepting.refusal ?? declining.refusal} />
      <Button
        look="primary"
        size="form"
        disabled={isBusy || accepting.isWaiting}
        icon={accepting.isBusy && <Spinner />}
        onClick={() => void accepting.submit()}
      >
        {t('invitation.accept')}
      </Button>
      <Button size="form" disabled={isBusy || declining.isWaiting} onClick={() => void declining.submit()}>
        {t('invitation.decline')}
      </Button>
    </div>
  );
}
