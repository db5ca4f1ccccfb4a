import { type CreateChainInput, createChainInput } from '@atelier/contracts/chains';
import { Select } from '@atelier/ui/select';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { ChainOrder } from './chain-order.tsx';
import type { ChainModel } from './use-chain-models.ts';

const most = 10;

interface ChainDialogProps {
  readonly title: string;
  readonly action: string;
  readonly saved: { readonly name: string; readonly models: readonly ChainModel[] };
  /** All that a chain may be made of. */
  readonly known: readonly ChainModel[];
  readonly onSave: (chain: CreateChainInput) => Promise<void>;
  readonly onClose: () => void;
}

/** A chain's name, and its models in the order in which they are asked. */
export function ChainDialog({ title, action, saved, known, onSave, onClose }: ChainDialogProps) {
  const { t } = useTranslation('models');
  const [name, setName] = useState(saved.name);
  const [models, setModels] = useState(saved.models);
  const [hasTried, setTried] = useState(false);
  const wanted = { name, modelIds: models.map(({ id }) => id) };
  const submission = useSubmit(async () => {
    await onSave(wanted);
    showToast({ text: t('saved') });
    onClose();
  });
  const others = known.filter(({ id }) => !models.some((model) => model.id === id));

  function onSubmit(): void {
    setTried(true);
    if (createChainInput.safeParse(wanted).success) void submission.submit();
  }
  return (
    <FormDialog title={title} action={action} submission={submission} onSubmit={onSubmit} onClose={onClose}>
      <TextField
        data-autofocus
        label={t('chains.name')}
        maxLength={80}
        autoComplete="off"
        value={name}
        error={hasTried && name.trim() === '' ? t('chains.nameMissing') : undefined}
        onChange={({ target }) => setName(target.value)}
      />
      <ChainOrder models={models} isMissing={hasTried && models.length === 0} onChange={setModels} />
      {others.length > 0 && models.length < most && (
        <Select<string>
          label={t('chains.addModel')}
          size="form"
          className="mb-4"
          value=""
          options={[
            ['', t('chains.choose')],
            ...others.map(({ id, label, provider }) => [id, t('chains.from', { label, provider })] as const),
          ]}
          onChange={(chosen) => setModels([...models, ...others.filter(({ id }) => id === chosen)])}
        />
      )}
    </FormDialog>
  );
}
