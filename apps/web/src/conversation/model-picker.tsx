import type { ChosenModel } from '@atelier/contracts/model-choice';
import { Dialog } from '@atelier/ui/dialog';
import { Spinner } from '@atelier/ui/spinner';
import { Bot, ChevronDown, CircleAlert } from 'lucide-react';
import { Popover } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { isOffered } from './offered-model.ts';

const ModelList = lazy(async () => ({ default: (await import('./model-list.tsx')).ModelList }));

export interface ModelPickerProps {
  /** Null: what is usual in the organisation. */
  readonly chosen: ChosenModel | null;
  /** A choice is on its way to the server. */
  readonly isBusy: boolean;
  readonly onChoose: (chosen: ChosenModel | null) => void;
}

/** Who answers, by name; opens the list to choose another: beside the button, or from below on a phone. */
export function ModelPicker({ chosen, isBusy, onChoose }: ModelPickerProps) {
  const { t } = useTranslation('choice');
  const { t: common } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const available = trpc.models.available.useQuery();
  const { data } = available;
  // With nothing to choose from there is nothing to press.
  if (!data || (data.models.length === 0 && chosen === null)) return null;

  const isSheet = window.matchMedia('(max-width: 639px)').matches;
  const isGone = chosen !== null && !isOffered(data, chosen);
  const name = chosen?.name ?? data.standard?.label ?? t('offline');
  const open = (next: boolean) => {
    setOpen(next);
    // What an administrator has changed meanwhile is seen when one looks.
    if (next) void available.refetch();
  };
  const list = (
    <Suspense fallback={<div className="h-60" />}>
      {available.isError && <LoadError error={available.error} onRetry={() => void available.refetch()} />}
      <ModelList
        available={data}
        chosen={chosen}
        isGone={isGone}
        onChoose={(next) => {
          setOpen(false);
          onChoose(next);
        }}
      />
    </Suspense>
  );
  return (
    <Popover.Root open={isOpen && !isSheet} onOpenChange={open}>
      <Popover.Trigger
        aria-label={t('button', { name })}
        aria-haspopup="dialog"
        title={t('button', { name })}
        disabled={isBusy}
        onClick={() => isSheet && open(true)}
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
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={t('title')}
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="z-(--z-popover) w-[min(420px,calc(100vw-16px))] overflow-hidden rounded-3 border border-line bg-raised text-ink shadow-2"
        >
          {list}
        </Popover.Content>
      </Popover.Portal>
      {isOpen && isSheet && (
        <Dialog
          title={t('title')}
          closeLabel={common('common.close')}
          onClose={() => setOpen(false)}
          className="mx-0 mt-auto mb-0 w-full max-w-none rounded-b-none pb-[env(safe-area-inset-bottom)]"
        >
          {list}
        </Dialog>
      )}
    </Popover.Root>
  );
}
