import { Button } from '@atelier/ui/button';
import { TextField } from '@atelier/ui/text-field';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, queryClient, trpc, trpcClient } from '../api.ts';
import { useValue } from '../platform/value-store.ts';
import { AuthLink } from './auth-link.tsx';
import { useIdentity } from './identity.ts';
import { LinkGone } from './link-gone.tsx';
import { linkSecret } from './link-secret.ts';
import { NewPasswordField } from './new-password-field.tsx';
import { PageHeading } from './page-heading.tsx';
import { problemsOf } from './person-problems.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import { useSubmit } from './use-submit.ts';
import { otherThanWeak, weakPassword } from './weak-password.ts';

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
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [hasTried, setTried] = useState(false);
  const submission = useSubmit(async () => {
    client.signInStore.accept(await client.api.installation.setUp.mutate({ token, name, email, password }));
    await done();
  });
  const problems = problemsOf({ name, email, password }, t);
  const shown: Partial<typeof problems> = hasTried ? problems : {};
  const { refusal } = submission;
  if (refusal?.code === 'auth.link_invalid') return <SetupGone />;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).every((problem) => problem === undefined)) void submission.submit();
  }
  return (
    <>
      <PageHeading title={t('setup.title')} text={t('setup.text')} />
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
          onChange={(event) => setEmail(event.target.value)}
        />
        <NewPasswordField
          label={t('auth.password')}
          value={password}
          known={[name, email]}
          error={shown.password ?? weakPassword(refusal, t)}
          onChange={setPassword}
        />
        <RefusalNote refusal={otherThanWeak(refusal)} />
        <SubmitButton of={submission}>{t('setup.create')}</SubmitButton>
      </form>
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
