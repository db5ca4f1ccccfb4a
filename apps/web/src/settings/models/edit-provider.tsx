import type { ProviderDto } from '@atelier/contracts/providers';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { type KeyDraft, KeyField } from './key-field.tsx';
import { isBaseUrl, isKey } from './provider-draft.ts';
import { useModelsChanged } from './use-models-changed.ts';

interface EditProviderProps {
  readonly provider: ProviderDto;
  readonly onClose: () => void;
}

/** What it is called, where it is, and what opens it. The last two want a fresh proof of who asks. */
export function EditProvider({ provider, onClose }: EditProviderProps) {
  const { t } = useTranslation('models');
  const [name, setName] = useState(provider.name);
  const [address, setAddress] = useState(provider.baseUrl);
  const [key, setKey] = useState<KeyDraft>({ act: provider.key.set ? 'keep' : 'replace', typed: '' });
  const changed = useModelsChanged();
  const update = trpc.providers.update.useMutation({ onSettled: changed });
  const connect = trpc.providers.connect.useMutation({ onSettled: changed });
  const isMoved = address !== provider.baseUrl;
  const apiKey = changedKey(key);
  const submission = useSubmit(async () => {
    const providerId = provider.id;
    if (isMoved || apiKey !== undefined) {
      await connect.mutateAsync({
        providerId,
        ...(isMoved ? { baseUrl: address } : {}),
        ...(apiKey === undefined ? {} : { apiKey }),
      });
    }
    if (name !== provider.name) await update.mutateAsync({ providerId, name });
    showToast({ text: t('saved') });
    onClose();
  });
  const isKeyWrong = typeof apiKey === 'string' && !isKey(apiKey);
  const isWrong = name.trim() === '' || !isBaseUrl(address) || isKeyWrong;
  return (
    <FormDialog
      title={t('providers.editTitle', { name: provider.name })}
      action={t('save')}
      submission={submission}
      isDisabled={isWrong}
      onSubmit={() => void submission.submit()}
      onClose={onClose}
    >
      <TextField
        data-autofocus
        label={t('providers.name')}
        maxLength={80}
        autoComplete="off"
        value={name}
        error={name.trim() === '' ? t('providers.nameMissing') : undefined}
        onChange={({ target }) => setName(target.value)}
      />
      <TextField
        label={t('providers.baseUrl')}
        type="url"
        inputMode="url"
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        value={address}
        hint={isMoved && provider.key.set ? t('providers.keyWithAddress') : t('providers.baseUrlHint')}
        error={isBaseUrl(address) ? undefined : t('providers.baseUrlWrong')}
        onChange={({ target }) => {
          setAddress(target.value);
          // The old key does not go to another address.
          if (key.act === 'keep') setKey({ act: 'replace', typed: '' });
        }}
      />
      <KeyField saved={provider.key} draft={key} isWrong={isKeyWrong} mayKeep={!isMoved} onDraft={setKey} />
    </FormDialog>
  );
}

/** What is sent of the key; undefined: it stays. */
function changedKey({ act, typed }: KeyDraft): string | null | undefined {
  if (act === 'remove') return null;
  return act === 'keep' || typed.trim() === '' ? undefined : typed.trim();
}
