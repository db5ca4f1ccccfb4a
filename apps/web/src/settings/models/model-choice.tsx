import type { FetchedModels } from '@atelier/contracts/providers';
import { Badge } from '@atelier/ui/badge';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

interface ModelChoiceProps {
  readonly model: FetchedModels['models'][number];
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

/** One of what a provider has. What is here already is not offered again. */
export function ModelChoice({ model: { name, label, isAdded }, isChosen, onToggle }: ModelChoiceProps) {
  const { t } = useTranslation('models');
  const id = useId();
  return (
    <li className="flex min-h-9 items-center gap-2.5 border-b border-line py-1 pointer-coarse:min-h-11">
      <input
        id={id}
        type="checkbox"
        checked={isAdded || isChosen}
        disabled={isAdded}
        onChange={onToggle}
        className="size-4 flex-none accent-(--accent) pointer-coarse:size-6"
      />
      <label htmlFor={id} className="flex min-w-0 flex-1 flex-wrap gap-x-2">
        <span className="min-w-0 break-all">{label ?? name}</span>
        {label !== null && label !== name && (
          <code className="min-w-0 font-mono text-1 leading-5 break-all text-faint">{name}</code>
        )}
      </label>
      {isAdded && <Badge>{t('fetched.isAdded')}</Badge>}
    </li>
  );
}
