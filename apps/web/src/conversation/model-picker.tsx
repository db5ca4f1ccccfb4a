import type { ChosenModel } from '@atelier/contracts/model-choice';
import { Spinner } from '@atelier/ui/spinner';
import { Bot, ChevronDown, CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { ModelPopover } from './model-popover.tsx';
import { isOffered } from './offered-model.ts';

export interface ModelPickerProps {
  /** Null: what is usual in the organisation. */
  readonly chosen: ChosenModel | null;
  /** A choice is on its way to the server. */
  readonly isBusy: boolean;
  readonly onChoose: (chosen: ChosenModel | null) => void;
}

/** Who answers, by name; opens the list to choose another. */
export function ModelPicker({ chosen, isBusy, onChoose }: ModelPickerProps) {
  const { t } = useTranslation('choice');
  const { data } = trpc.models.available.useQuery();
  // With nothing to choose from there is nothing to press.
  if (!data || (data.models.length === 0 && chosen === null)) return null;

  const isGone = chosen !== null && !isOffered(data, chosen);
  const name = chosen?.name ?? data.standard?.label ?? t('offline');
  return (
    <ModelPopover
      title={t('title')}
      chosen={chosen}
      hasUsual
      onChoose={onChoose}
      trigger={
        <button
          type="button"
          aria-label={t('button', { name })}
          title={t('button', { name })}
          disabled={isBusy}
          className="tap flex h-8 min-w-0 flex-[0_1_auto] items-center gap-1.5 rounded-2 px-2 text-1 text-soft hover:bg-hover hover:text-ink disabled:pointer-events-none"
        >
          {isBusy ? (
            <Spinner />
          ) : isGone ? (
            <CircleAlert aria-hidden className="size-4 flex-none text-warn" />
          ) : (
            <Bot aria-hidden className="size-4 flex-none" />
          )}
          <span className="max-w-48 min-w-0 truncate">{name}</span>
          <ChevronDown aria-hidden className="size-3.5 flex-none text-faint" />
        </button>
      }
    />
  );
}
