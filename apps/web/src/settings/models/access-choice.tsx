import type { ProviderAccess } from '@atelier/contracts/providers';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface AccessChoiceProps {
  readonly legend: string;
  readonly value: ProviderAccess;
  readonly onChange: (value: ProviderAccess) => void;
}

/** Everybody, or those that are named. */
export function AccessChoice({ legend, value, onChange }: AccessChoiceProps) {
  const { t } = useTranslation('models');
  const id = useId();
  return (
    <fieldset className="mb-4 flex flex-col gap-3">
      <legend className="unseen">{legend}</legend>
      {(['everyone', 'some'] as const).map((option) => (
        <div key={option} className="flex gap-2.5">
          <input
            type="radio"
            id={`${id}-${option}`}
            name={id}
            checked={value === option}
            aria-describedby={`${id}-${option}-hint`}
            onChange={() => onChange(option)}
            className="mt-0.5 size-4 flex-none accent-(--accent) pointer-coarse:size-6"
          />
          <div>
            <label htmlFor={`${id}-${option}`} className="block font-medium">
              {t(`access.${option}`)}
            </label>
            <p id={`${id}-${option}-hint`} className="text-soft">
              {t(`access.${option}Hint`)}
            </p>
          </div>
        </div>
      ))}
    </fieldset>
  );
}
