import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { Fingerprint } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { client } from '../api.ts';
import { askForPasskey } from './passkey-prompt.ts';
import { RefusalNote } from './refusal-note.tsx';
import { useSubmit } from './use-submit.ts';

/** Signing in with nothing but a passkey: the browser knows whose it is. */
export function PasskeySignIn() {
  const { t } = useTranslation();
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    const response = await askForPasskey(await client.api.auth.startPasskeySignIn.mutate());
    client.signInStore.accept(await client.api.auth.passkeySignIn.mutate({ response }));
  });
  return (
    <>
      <Button
        size="form"
        disabled={isBusy || isWaiting}
        icon={isBusy ? <Spinner /> : <Fingerprint aria-hidden className="size-[17px] flex-none" />}
        onClick={() => void submit()}
      >
        {t('passkey.signIn')}
      </Button>
      <RefusalNote refusal={refusal} />
    </>
  );
}
