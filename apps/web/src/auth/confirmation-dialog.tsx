import { Button, buttonClass } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { Spinner } from '@atelier/ui/spinner';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import '../i18n/add-later-words.ts';
import { client } from '../api.ts';
import { CodeField } from './code-field.tsx';
import { askForPasskey } from './passkey-prompt.ts';
import { PasswordField } from './password-field.tsx';
import { RefusalNote } from './refusal-note.tsx';
import { type ConfirmWay, useConfirmWays } from './use-confirm-ways.ts';
import { useProviders } from './use-providers.ts';
import { useSubmit } from './use-submit.ts';

interface ConfirmationDialogProps {
  readonly onSettled: (isConfirmed: boolean) => void;
}

/** Asks who is there before something dangerous, which is done as soon as that is shown. */
export function ConfirmationDialog({ onSettled }: ConfirmationDialogProps) {
  const { t } = useTranslation();
  const ways = useConfirmWays();
  const [chosen, setChosen] = useState<ConfirmWay | null>(null);
  const way = chosen ?? ways?.[0];
  return (
    <Dialog title={t('confirmation.title')} closeLabel={t('common.close')} onClose={() => onSettled(false)}>
      {ways === null && <Skeleton className="m-5 h-24" />}
      {ways !== null && way === undefined && <AtProvider onCancel={() => onSettled(false)} />}
      {ways !== null && way !== undefined && (
        <ConfirmForm
          key={way}
          way={way}
          others={ways.filter((other) => other !== way)}
          onOther={setChosen}
          onSettled={onSettled}
        />
      )}
    </Dialog>
  );
}

interface ConfirmFormProps extends ConfirmationDialogProps {
  readonly way: ConfirmWay;
  readonly others: readonly ConfirmWay[];
  readonly onOther: (way: ConfirmWay) => void;
}

function ConfirmForm({ way, others, onOther, onSettled }: ConfirmFormProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const { submit, isBusy, isWaiting, refusal } = useSubmit(async () => {
    // The sign-in goes on under another id, with a token of its own.
    client.signInStore.accept(await client.api.auth.confirm.mutate(await proofBy(way, typed)));
    onSettled(true);
  });
  const isEmpty = way !== 'passkey' && typed === '';

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!isEmpty) void submit();
  }
  return (
    <form onSubmit={onSubmit}>
      <div className="p-5 pb-2 text-2">
        <p className="mb-4">{t(`confirmation.text.${way}`)}</p>
        {way === 'password' && (
          <PasswordField
            autoFocus
            data-autofocus
            label={t('confirmation.password')}
            autoComplete="current-password"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
        {way === 'code' && (
          <CodeField kind="totp" label={t('confirmation.code')} value={typed} onChange={setTyped} isFocused />
        )}
        <RefusalNote refusal={refusal} />
        {others.map((other) => (
          <Button key={other} look="ghost" className="-ml-3 mb-1" onClick={() => onOther(other)}>
            {t(`confirmation.use.${other}`)}
          </Button>
        ))}
      </div>
      <div className="flex justify-end gap-2 border-t border-line p-3">
        <Button onClick={() => onSettled(false)}>{t('common.cancel')}</Button>
        <Button type="submit" look="primary" disabled={isEmpty || isBusy || isWaiting} icon={isBusy && <Spinner />}>
          {way === 'passkey' ? t('confirmation.use.passkey') : t('confirmation.action')}
        </Button>
      </div>
    </form>
  );
}

async function proofBy(way: ConfirmWay, typed: string) {
  if (way === 'password') return { password: typed };
  if (way === 'code') return { code: typed };
  return { passkey: await askForPasskey(await client.api.auth.startPasskeyConfirm.mutate()) };
}

/** For somebody who has nothing to show here: signing in at the provider again proves as much. */
function AtProvider({ onCancel }: { readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const providers = useProviders();
  const { pathname, search } = window.location;
  const query = new URLSearchParams({ returnTo: pathname + search });
  return (
    <>
      <div className="flex flex-col gap-2 p-5 text-2">
        <p className="mb-2">{t('confirmation.text.provider')}</p>
        {providers.map(({ id, name }) => (
          <a key={id} href={`/auth/oauth/${id}/start?${query}`} className={buttonClass('plain', 'form')}>
            {t('auth.continueWith', { provider: name })}
          </a>
        ))}
      </div>
      <div className="flex justify-end border-t border-line p-3">
        <Button onClick={onCancel}>{t('common.cancel')}</Button>
      </div>
    </>
  );
}
