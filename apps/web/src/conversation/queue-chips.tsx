import { ShipWheel, SkipForward, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { showError } from '../shell/show-error.ts';
import { discardSent } from './outbox.ts';
import type { QueuedMessage } from './thread.ts';

interface QueueChipsProps {
  readonly queued: readonly QueuedMessage[];
  /** Takes the message out of the queue and back into the composer. */
  readonly onEdit: (queued: QueuedMessage) => void;
  /** Stops the answer that is being written, so that the first of these is next; null: none is. */
  readonly onInterrupt: (() => void) | null;
}

/**
 * Messages that wait for their turn, or for the next step of the answer. A click takes one back for editing; the wheel has
 * it read by the answer; the cross takes it away; the first may go at once.
 */
export function QueueChips({ queued, onEdit, onInterrupt }: QueueChipsProps) {
  const { t } = useTranslation();
  // Here and not in the chip, which may be gone before the answer comes: the log is often quicker.
  const stop = trpc.runs.stop.useMutation({ onError: showError });
  if (queued.length === 0) return null;
  const takeBack = ({ run }: QueuedMessage, onTaken?: () => void) =>
    stop.mutate(
      { runId: run.id },
      {
        onSuccess: () => {
          discardSent(run.userMessageId);
          onTaken?.();
        },
      },
    );
  return (
    <ul aria-label={t('composer.queued')} className="mx-auto mb-2 flex w-full max-w-[740px] flex-wrap gap-2 text-2">
      {queued.map((message, index) => (
        <QueueChip
          key={message.run.id}
          message={message}
          onEdit={() => takeBack(message, () => onEdit(message))}
          onTakeBack={() => takeBack(message)}
          maySteer={onInterrupt !== null && message.maySteer}
          onInterrupt={index === 0 ? onInterrupt : null}
        />
      ))}
    </ul>
  );
}

interface QueueChipProps {
  readonly message: QueuedMessage;
  readonly onEdit: () => void;
  readonly onTakeBack: () => void;
  readonly maySteer: boolean;
  /** Null: it is not the next, or nothing is to be stopped. */
  readonly onInterrupt: (() => void) | null;
}

function QueueChip({ message, onEdit, onTakeBack, maySteer, onInterrupt }: QueueChipProps) {
  const { t } = useTranslation();
  const steer = trpc.runs.steer.useMutation({ onError: showError });
  const { run, isSteering } = message;
  const text = [message.text, ...message.files.map(({ name }) => name)].filter((part) => part !== '').join(' · ');
  return (
    <li
      className={`flex max-w-full items-center rounded-2 border pl-2.5 text-soft ${isSteering ? 'border-accent' : 'border-dashed border-line-strong'}`}
    >
      <span className="flex-none">{isSteering ? t('composer.steering') : t('composer.queued')}:&nbsp;</span>
      <button
        type="button"
        aria-label={t('composer.editQueued', { text })}
        className="tap max-w-60 min-w-0 truncate py-1 hover:text-ink"
        onClick={onEdit}
      >
        “{text}”
      </button>
      {maySteer && (
        <button
          type="button"
          aria-label={t('composer.steer', { text })}
          aria-pressed={isSteering}
          title={isSteering ? t('composer.steeringMeans') : t('composer.steerMeans')}
          disabled={steer.isPending}
          className="tap grid size-7 flex-none place-items-center rounded-1 hover:bg-hover aria-pressed:text-accent"
          onClick={() => steer.mutate({ runId: run.id, steers: !isSteering })}
        >
          <ShipWheel aria-hidden className="size-3.5" />
        </button>
      )}
      {onInterrupt && (
        <button
          type="button"
          aria-label={t('composer.sendNow', { text })}
          title={t('composer.sendNowHint')}
          className="tap grid size-7 flex-none place-items-center rounded-1 hover:bg-hover"
          onClick={onInterrupt}
        >
          <SkipForward aria-hidden className="size-3.5" />
        </button>
      )}
      <button
        type="button"
        aria-label={t('composer.unqueue', { text })}
        className="tap grid size-7 flex-none place-items-center rounded-1 hover:bg-hover"
        onClick={onTakeBack}
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </li>
  );
}
