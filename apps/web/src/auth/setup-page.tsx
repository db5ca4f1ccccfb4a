import { Button } from '@atelier/ui/button';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '../i18n/add-later-words.ts';
import { client, queryClient, trpc, trpcClient } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { useIdentity } from './identity.ts';
import { LinkGone } from './link-gone.tsx';
import { linkSecret } from './link-secrets.ts';
import { NewPersonForm } from './new-person-form.tsx';
import { PageHeading } from './page-heading.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { useSubmit } from './use-submit.ts';

/** The first owner, by the link that was printed at the start. */
export function SetupPage() {
  const { t } = useTranslation();
  const token = useValue(linkSecret);
  const identity = useIdentity();
  const status = trpc.system.status.useQuery();
  if (status.data?.hasOwner === true) {
    return (
      <>
        <PageHeading title={t('setup.takenTitle')} text={t('setup.takenText')} />
        <p className="text-2">
          <AuthLink to="/">{t('link.toStart')}</AuthLink>
        </p>
      </>
    );
  }
  if (token === null) return <SetupGone />;
  return identity ? (
    <Claim token={token} name={identity.user.name} />
  ) : (
    <NewOwner token={token} isAlone={status.data?.hasUsers === false} />
  );
}

function useDone() {
  const navigate = useNavigate();
  return async () => {
    linkSecret.set(null);
    await queryClient.invalidateQueries();
    await navigate({ to: '/', replace: true });
  };
}

/** Somebody who has an account becomes the owner by a click. */
function Claim({ token, name }: { readonly token: string; readonly name: string }) {
  const { t } = useTranslation();
  const done = useDone();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    await trpcClient.installation.claim.mutate({ token });
    await client.signInStore.renew();
    await done();
  });
  if (refusal?.code === 'auth.link_invalid') return <SetupGone />;
  return (
    <>
      <PageHeading title={t('setup.title')} text={t('setup.text')} />
      <RefusalNote refusal={refusal} />
      <Button look="primary" size="form" disabled={isBusy || isWaiting} onClick={() => void submit()}>
        {t('setup.claim', { name })}
      </Button>
    </>
  );
}

interface NewOwnerProps {
  readonly token: string;
  /** Nobody has an account yet. */
  readonly isAlone: boolean;
}

function NewOwner({ token, isAlone }: NewOwnerProps) {
  const { t } = useTranslation();
  const done = useDone();
  const [person, setPerson] = useState({ name: '', email: '', password: '' });
  const submission = useSubmit(async () => {
    client.signInStore.accept(await client.api.installation.setUp.mutate({ token, ...person }));
    await done();
  });
  if (submission.refusal?.code === 'auth.link_invalid') return <SetupGone />;

  return (
    <>
      <PageHeading title={t('setup.title')} text={t('setup.text')} />
      <NewPersonForm person={person} onChange={setPerson} submission={submission} action={t('setup.create')} />
      {!isAlone && (
        <p className="mt-5 text-center text-2 text-soft">
          {t('auth.known')}{' '}
          <AuthLink to="/auth/sign-in" search={{ next: '/auth/setup' }}>
            {t('setup.signInFirst')}
          </AuthLink>
        </p>
      )}
    </>
  );
}

function SetupGone() {
  const { t } = useTranslation();
  return (
    <LinkGone>
      {t('setup.gone')} <AuthLink to="/">{t('link.toStart')}</AuthLink>
    </LinkGone>
  );
}
