import type { SecondFactorMethod } from '@atelier/contracts/auth';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { useSearch } from '@tanstack/react-router';
import { Fingerprint } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { AuthLink } from './auth-link.tsx';
import { CodeField } from './code-field.tsx';
import { PageHeading } from './page-heading.tsx';
import { askForPasskey } from './passkey-prompt.ts';
import { pendingSecondFactor } from './pending-second-factor.ts';
import { RefusalNote } from './refusal-note.tsx';
import { SubmitButton } from './submit-button.tsx';
import { useSubmit } from './use-submit.ts';

interface SecondFactorFormProps {
  /** Undefined: it is in the cookie. */
  readonly challenge: string | undefined;
  readonly methods: readonly SecondFactorMethod[];
}

/** Shows the second factor, by whichever way the person has at hand. */
export function SecondFactorForm({ challenge, methods }: SecondFactorFormProps) {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/signed-out' });
  const [method, setMethod] = useState<SecondFactorMethod>(methods[0] ?? 'totp');
  const others = methods.filter((other) => other !== method);
  return (
    <>
      <PageHeading title={t('secondFactor.title')} text={t(`secondFactor.text.${method}`)} />
      {method === 'passkey' ? (
        <PasskeyFactor challenge={challenge} />
      ) : (
        <CodeFactor key={method} kind={method} challenge={challenge} />
      )}
      <div className="mt-4 flex flex-col items-center gap-1 text-2">
        {others.map((other) => (
          <Button key={other} look="ghost" onClick={() => setMethod(other)}>
            {t(`secondFactor.use.${other}`)}
          </Button>
        ))}
        <p className="mt-2">
          <AuthLink to="/auth/sign-in" search={next === undefined ? {} : { next }}>
            {t('auth.backToSignIn')}
          </AuthLink>
        </p>
      </div>
    </>
  );
}

type Shown = Parameters<typeof client.api.auth.secondFactor.mutate>[0];

async function show(shown: Shown): Promise<void> {
  client.signInStore.accept(await client.api.auth.secondFactor.mutate(shown));
  pendingSecondFactor.set(null);
}

const named = (challenge: string | undefined) => (challenge === undefined ? {} : { challenge });

function CodeFactor({
  kind,
  challenge,
}: {
  readonly kind: 'totp' | 'recovery_code';
  readonly challenge: string | undefined;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const submission = useSubmit(() =>
    show({ ...named(challenge), ...(kind === 'totp' ? { code } : { recoveryCode: code }) }),
  );
  function onSubmit(event: FormEvent) {
    event.preventDefault();
    void submission.submit();
  }
  return (
    <form onSubmit={onSubmit}>
      <CodeField kind={kind} label={t(`secondFactor.label.${kind}`)} value={code} onChange={setCode} isFocused />
      <RefusalNote refusal={submission.refusal} />
      <SubmitButton of={submission}>{t('auth.signIn')}</SubmitButton>
    </form>
  );
}

function PasskeyFactor({ challenge }: { readonly challenge: string | undefined }) {
  const { t } = useTranslation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const options = await client.api.auth.startPasskeyFactor.mutate(named(challenge));
    await show({ ...named(challenge), passkey: await askForPasskey(options) });
  });
  return (
    <>
      <RefusalNote refusal={refusal} />
      <Button
        look="primary"
        size="form"
        disabled={isBusy || isWaiting}
        icon={isBusy ? <Spinner /> : <Fingerprint aria-hidden className="size-4" />}
        onClick={() => void submit()}
      >
        {t('secondFactor.usePasskey')}
      </Button>
    </>
  );
}
