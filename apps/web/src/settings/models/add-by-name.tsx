import { newModel } from '@atelier/contracts/models';
import type { ProviderDto } from '@atelier/contracts/providers';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useModelsChanged } from './use-models-changed.ts';

interface AddByNameProps {
  readonly provider: ProviderDto;
  readonly onClose: () => void;
}

/** For a provider that does not say what it has. */
export function AddByName({ provider: { id }, onClose }: AddByNameProps) {
  const { t } = useTranslation('models');
  const [name, setName] = useState('');
  const changed = useModelsChanged();
  const add = trpc.models.add.useMutation({ onSettled: changed });
  const submission = useSubmit(async () => {
    await add.mutateAsync({ providerId: id, models: [{ name }] });
    showToast({ text: t('fetched.added', { count: 1 }) });
    onClose();
  });
  return (
    <FormDialog
      title={t('byName.title')}
      action={t('byName.add')}
      submission={submission}
      isDisabled={!newModel.shape.name.safeParse(name).success}
      onSubmit={() => void submission.submit()}
      onClose={onClose}
    >
      <TextField
        data-autofocus
        label={t('byName.name')}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        value={name}
        hint={t('byName.hint')}
        onChange={({ target }) => setName(target.value)}
      />
    </FormDialog>
  );
}
