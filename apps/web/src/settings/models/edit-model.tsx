import type { ModelDto } from '@atelier/contracts/models';
import { CheckField } from '@atelier/ui/check-field';
import { TextField } from '@atelier/ui/text-field';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useSubmit } from '../../auth/use-submit.ts';
import { showToast } from '../../shell/toast-store.ts';
import { FormDialog } from '../form-dialog.tsx';
import { draftOf, type ModelDraft, priceIn, tokensIn } from './model-draft.ts';
import { PriceFields } from './price-fields.tsx';
import { useModelsChanged } from './use-models-changed.ts';

interface EditModelProps {
  readonly model: ModelDto;
  readonly onClose: () => void;
}

/** What is known about a model. */
export function EditModel({ model, onClose }: EditModelProps) {
  const { t } = useTranslation('models');
  const [draft, setDraft] = useState<ModelDraft>(() => draftOf(model));
  const changed = useModelsChanged();
  const update = trpc.models.update.useMutation({ onSettled: changed });
  const contextWindow = tokensIn(draft.contextWindow);
  const maxOutputTokens = tokensIn(draft.maxOutputTokens);
  const price = priceIn(draft);
  const label = draft.label.trim();
  const isWrong =
    label === '' ||
    contextWindow === undefined ||
    maxOutputTokens === undefined ||
    price === undefined ||
    price === 'half';
  const submission = useSubmit(async () => {
    if (isWrong) return;
    const { features } = draft;
    await update.mutateAsync({ modelId: model.id, label, contextWindow, maxOutputTokens, price, features });
    showToast({ text: t('saved') });
    onClose();
  });
  const change = (part: Partial<ModelDraft>) => setDraft({ ...draft, ...part });
  return (
    <FormDialog
      title={t('model.title', { name: model.label })}
      action={t('save')}
      submission={submission}
      isDisabled={isWrong}
      onSubmit={() => void submission.submit()}
      onClose={onClose}
    >
      <p className="mb-3">
        <code className="font-mono text-1 break-all text-faint">{model.name}</code>
      </p>
      <TextField
        data-autofocus
        label={t('model.label')}
        maxLength={120}
        autoComplete="off"
        value={draft.label}
        hint={t('model.labelHint')}
        error={label === '' ? t('model.labelMissing') : undefined}
        onChange={({ target }) => change({ label: target.value })}
      />
      <div className="grid grid-cols-2 gap-x-3 max-sm:grid-cols-1">
        <TextField
          label={t('model.window')}
          inputMode="numeric"
          autoComplete="off"
          value={draft.contextWindow}
          hint={t('model.windowHint')}
          error={contextWindow === undefined ? t('model.tokensWrong') : undefined}
          onChange={({ target }) => change({ contextWindow: target.value })}
        />
        <TextField
          label={t('model.output')}
          inputMode="numeric"
          autoComplete="off"
          value={draft.maxOutputTokens}
          hint={t('model.outputHint')}
          error={maxOutputTokens === undefined ? t('model.tokensWrong') : undefined}
          onChange={({ target }) => change({ maxOutputTokens: target.value })}
        />
      </div>
      <PriceFields draft={draft} onChange={change} />
      <fieldset className="mb-4">
        <legend className="mb-2 font-medium">{t('model.features')}</legend>
        <div className="flex flex-col gap-2">
          {(['tools', 'images', 'reasoning'] as const).map((feature) => (
            <CheckField
              key={feature}
              label={t(`list.features.${feature}`)}
              hint={t(`model.featureHint.${feature}`)}
              checked={draft.features[feature]}
              onChange={(isOn) => change({ features: { ...draft.features, [feature]: isOn } })}
            />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}
