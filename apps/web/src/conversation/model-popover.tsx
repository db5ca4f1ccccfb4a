import type { ChosenModel } from '@atelier/contracts/model-choice';
import { Dialog } from '@atelier/ui/dialog';
import { Popover } from 'radix-ui';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { isOffered } from './offered-model.ts';

const ModelList = lazy(async () => ({ default: (await import('./model-list.tsx')).ModelList }));

interface ModelPopoverProps {
  readonly title: string;
  /** A button. */
  readonly trigger: ReactNode;
  /** Null: what is usual in the organisation. */
  readonly chosen: ChosenModel | null;
  /** Whether what is usual may be chosen too. */
  readonly hasUsual: boolean;
  readonly onChoose: (chosen: ChosenModel | null) => void;
}

/** The list of who may answer, at its button, or from below on a phone. */
export function ModelPopover({ title, trigger, chosen, hasUsual, onChoose }: ModelPopoverProps) {
  const { t: common } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const available = trpc.models.available.useQuery();
  const { data } = available;
  if (!data) return null;

  const isSheet = window.matchMedia('(max-width: 639px)').matches;
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
        label={title}
        chosen={chosen}
        isGone={chosen !== null && !isOffered(data, chosen)}
        hasUsual={hasUsual}
        onChoose={(next) => {
          setOpen(false);
          onChoose(next);
        }}
      />
    </Suspense>
  );
  return (
    <Popover.Root open={isOpen && !isSheet} onOpenChange={open}>
      <Popover.Trigger asChild aria-haspopup="dialog" onClick={() => isSheet && open(true)}>
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={title}
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
          title={title}
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
