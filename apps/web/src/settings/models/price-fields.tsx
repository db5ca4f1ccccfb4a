import { TextField } from '@atelier/ui/text-field';
import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type ModelDraft, priceIn } from './model-draft.ts';
import { microDollars } from './price-text.ts';

interface PriceFieldsProps {
  readonly draft: ModelDraft;
  readonly onChange: (part: Partial<ModelDraft>) => void;
}

/** What a model costs, in dollars for a million tokens. */
export function PriceFields({ draft, onChange }: PriceFieldsProps) {
  const { t } = useTranslation('models');
  const noteId = useId();
  const isHalf = priceIn(draft) === 'half';
  const errorOf = (text: string) => (microDollars(text) === undefined ? t('model.priceWrong') : undefined);
  const field = { inputMode: 'decimal', autoComplete: 'off', maxLength: 16 } as const;
  return (
    <fieldset className="mb-2" aria-describedby={noteId}>
      <legend className="font-medium">{t('model.prices')}</legend>
      <p id={noteId} className={`mb-2 flex gap-1.5 ${isHalf ? 'text-bad' : 'text-soft'}`}>
        {isHalf && <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />}
        {isHalf ? t('model.priceHalf') : t('model.pricesHint')}
      </p>
      <div className="grid grid-cols-3 gap-x-3 max-sm:grid-cols-1">
        <TextField
          {...field}
          label={t('model.input')}
          value={draft.input}
          error={errorOf(draft.input)}
          onChange={({ target }) => onChange({ input: target.value })}
        />
        <TextField
          {...field}
          label={t('model.outputPrice')}
          value={draft.output}
          error={errorOf(draft.output)}
          onChange={({ target }) => onChange({ output: target.value })}
        />
        <TextField
          {...field}
          label={t('model.cached')}
          value={draft.cachedInput}
          hint={t('model.cachedHint')}
          error={errorOf(draft.cachedInput)}
          onChange={({ target }) => onChange({ cachedInput: target.value })}
        />
      </div>
    </fieldset>
  );
}
