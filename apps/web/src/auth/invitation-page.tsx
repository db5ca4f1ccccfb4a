import { errorOf } from '@atelier/client';
import { Skeleton } from '@atelier/ui/skeleton';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import '../i18n/add-later-words.ts';
import { trpc } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { LoadError } from '../shell/load-error.tsx';
import { InvitationCard } from './invitation-card.tsx';
import { invitationSecret } from './link-secrets.ts';

/** Where the link of an invitation leads, signed in or not. */
export function InvitationPage() {
  const { t } = useTranslation();
  const secret = useValue(invitationSecret);
  return (
    <main className="h-full overflow-y-auto bg-sunken">
      <title>{`${t('invitation.title')} · Atelier`}</title>
      <div className="mx-auto flex min-h-full w-full max-w-[408px] flex-col justify-center px-4 py-6">
        <div
          aria-hidden
          className="mb-5 grid size-9 place-items-center rounded-[10px] bg-ink text-[18px] leading-none font-bold text-page"
        >
          A
        </div>
        {secret === null ? (
          <Words title={t('invitation.missing')} text={t('invitation.missingText')} />
        ) : (
          <Invitation secret={secret} />
        )}
      </div>
    </main>
  );
}

function Invitation({ secret }: { readonly secret: string }) {
  const { t } = useTranslation();
  const preview = trpc.invitations.preview.useQuery({ token: secret }, { staleTime: Number.POSITIVE_INFINITY });
  if (preview.data) return <InvitationCard secret={secret} invitation={preview.data} />;
  const code = errorOf(preview.error)?.code;
  // A secret that is not whole is as good as one that is not good any more.
  if (code === 'invitation.not_found' || code === 'request.invalid') {
    return <Words title={t('invitation.gone')} text={t('invitation.goneText')} />;
  }
  if (preview.isError) return <LoadError error={preview.error} onRetry={() => void preview.refetch()} />;
  return <Skeleton className="h-40 w-full" />;
}

function Words({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="mb-1 text-5 font-semibold tracking-tight">{title}</h1>
      <p className="mb-5 text-soft">{text}</p>
      <Link to="/" className="self-start text-2 text-accent underline underline-offset-2">
        {t('invitation.toStart')}
      </Link>
    </>
  );
}
