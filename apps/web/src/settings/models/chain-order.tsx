import { IconButton } from '@atelier/ui/icon-button';
import { ArrowDown, ArrowUp, CircleAlert, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChainModel } from './use-chain-models.ts';

interface ChainOrderProps {
  readonly models: readonly ChainModel[];
  readonly isMissing: boolean;
  readonly onChange: (models: readonly ChainModel[]) => void;
}

/** The models of a chain, moved by buttons: with a pointer, a thumb or keys alike. */
export function ChainOrder({ models, isMissing, onChange }: ChainOrderProps) {
  const { t } = useTranslation('models');
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);

  function move(model: ChainModel, by: -1 | 1): void {
    const from = models.indexOf(model);
    const others = models.filter((other) => other !== model);
    onChange([...others.slice(0, from + by), model, ...others.slice(from + by)]);
    setSaid(t('chains.moved', { name: model.label, position: from + by + 1 }));
  }
  function take(model: ChainModel): void {
    onChange(models.filter((other) => other !== model));
    // The button that was pressed is going.
    list.current?.focus();
  }
  return (
    <fieldset className="mb-3">
      <legend className="mb-1 font-medium">{t('chains.models')}</legend>
      <ol ref={list} tabIndex={-1} aria-label={t('chains.models')} className="outline-none">
        {models.map((model, index) => (
          <li key={model.id} className="flex min-h-10 items-center gap-1 border-b border-line">
            <span aria-hidden className="w-5 flex-none text-faint tabular-nums">
              {index + 1}.
            </span>
            <span className="min-w-0 flex-1 py-1 break-words">
              {model.label} <span className="text-faint">{model.provider}</span>
            </span>
            {/* `aria-disabled` instead of `disabled`: at the end of its way a model does not lose the focus. */}
            <IconButton
              label={t('chains.up', { name: model.label })}
              aria-disabled={index === 0}
              className="aria-disabled:opacity-50"
              onClick={() => index > 0 && move(model, -1)}
            >
              <ArrowUp aria-hidden className="size-4" />
            </IconButton>
            <IconButton
              label={t('chains.down', { name: model.label })}
              aria-disabled={index === models.length - 1}
              className="aria-disabled:opacity-50"
              onClick={() => index < models.length - 1 && move(model, 1)}
            >
              <ArrowDown aria-hidden className="size-4" />
            </IconButton>
            <IconButton label={t('chains.take', { name: model.label })} onClick={() => take(model)}>
              <X aria-hidden className="size-4" />
            </IconButton>
          </li>
        ))}
      </ol>
      {models.length === 0 && (
        <p className={`flex gap-1.5 py-1 ${isMissing ? 'text-bad' : 'text-faint'}`}>
          {isMissing && <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />}
          {t('chains.modelMissing')}
        </p>
      )}
      <p role="status" className="unseen">
        {said}
      </p>
    </fieldset>
  );
}
