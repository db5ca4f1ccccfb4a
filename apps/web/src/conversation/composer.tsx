import { messageMaxCharacters } from '@atelier/contracts/messages';
import { IconButton } from '@atelier/ui/icon-button';
import { ArrowUp, Paperclip, ShipWheel, Square } from 'lucide-react';
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useEffect,
  useLayoutEffect,
  useRef,
} from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import type { Uploading } from '../platform/use-uploads.ts';
import { isApple } from '../shell/use-shortcuts.ts';
import { AttachmentList } from './attachment-list.tsx';
import type { EnterChoice } from './enter-choice.ts';
import type { ModelPickerProps } from './model-picker.tsx';
import { largestPictureFor } from './offered-model.ts';

const ModelPicker = lazy(async () => ({ default: (await import('./model-picker.tsx')).ModelPicker }));

/** What does, while an answer is being written, what Enter alone does not. */
const other = isApple ? '⌘ Enter' : 'Ctrl+Enter';

/** Pasted text longer than this becomes an attachment. */
const pasteAsFileCharacters = 8000;

interface Goal {
  readonly maxCharacters: number;
  /** Without it nothing is started; else it is started whatever is written. */
  readonly isNeeded: boolean;
  /** What is going to happen, below what is being written. */
  readonly note: ReactNode;
}

export interface ComposerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly attachments: readonly Uploading[];
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemoveFile: (key: number) => void;
  readonly onRetryFile: (item: Uploading) => void;
  /** `other`: with the key that does what Enter does not, while an answer is being written. */
  readonly onSend: (how: 'usual' | 'other') => void;
  /** Set while an answer is being written: Stop is offered, and sending queues or steers. */
  readonly onStop: (() => void) | null;
  /** What Enter does meanwhile. */
  readonly enter?: EnterChoice;
  readonly model: ModelPickerProps;
  /** Who answers, beside the paper clip. */
  readonly choices?: ReactNode;
  /** Set where a pipeline is started with the text: files cannot go along. */
  readonly goal?: Goal | null;
  readonly inputRef: RefObject<HTMLTextAreaElement | null>;
}

export function Composer(props: ComposerProps) {
  const {
    text,
    onText,
    attachments,
    onFiles,
    onRemoveFile,
    onRetryFile,
    onSend,
    onStop,
    enter,
    model,
    choices,
    goal,
    inputRef,
  } = props;
  const { t } = useTranslation();
  const fileInput = useRef<HTMLInputElement>(null);
  const { data: available } = trpc.models.available.useQuery();
  useGrowingHeight(inputRef, text);
  useEffect(() => {
    // A keyboard that springs up by itself would cover the page.
    if (window.matchMedia('(pointer: fine)').matches) inputRef.current?.focus();
  }, [inputRef]);

  const excess = text.length - (goal?.maxCharacters ?? messageMaxCharacters);
  const isUploading = attachments.some(({ state }) => state === 'uploading');
  const hasFailed = attachments.some(({ state }) => state === 'failed');
  const isEmpty = text.trim() === '' && attachments.length === 0;
  const isSaid = goal && !goal.isNeeded ? true : !isEmpty && excess <= 0;
  const canSend = isSaid && !isUploading && !hasFailed;
  const isSteering = enter === 'steer';
  const meanwhile = isSteering ? t('composer.steerHint', { other }) : t('composer.queueHint', { other });
  const hint = onStop === null ? t('composer.shortcutHint') : meanwhile;
  const toSend = goal ? t('composer.startPipeline') : t('composer.send');
  const sendLabel = onStop === null ? toSend : isSteering ? t('composer.steerNew') : t('composer.queue');

  function onKeyDown(event: KeyboardEvent) {
    // An input method uses Enter to choose a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (canSend) onSend(event.ctrlKey || event.metaKey ? 'other' : 'usual');
  }
  function onPaste(event: ClipboardEvent) {
    const files = [...event.clipboardData.files];
    const pasted = event.clipboardData.getData('text/plain');
    if (files.length > 0) {
      event.preventDefault();
      onFiles(files);
    } else if (pasted.length > pasteAsFileCharacters && !goal) {
      event.preventDefault();
      onFiles([new File([pasted], t('composer.pastedName'), { type: 'text/plain' })]);
    }
  }

  return (
    <div className="mx-auto w-full max-w-[740px] rounded-[14px] border border-line-strong bg-raised pt-3 pr-3 pb-2 pl-4 shadow-1 focus-within:border-accent">
      <AttachmentList
        items={attachments}
        largestPicture={available && largestPictureFor(available, model.chosen)}
        onRemove={onRemoveFile}
        onRetry={onRetryFile}
      />
      <textarea
        ref={inputRef}
        dir="auto"
        aria-label={t('composer.label')}
        placeholder={t('composer.placeholder')}
        rows={1}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className="block max-h-60 w-full resize-none bg-transparent text-3 outline-none max-sm:text-[16px]"
      />
      {goal && <div className="mt-1 text-1 text-soft">{goal.note}</div>}
      {excess > 0 && !(goal && !goal.isNeeded) && (
        <p role="alert" className="text-2 text-bad">
          {t(goal ? 'composer.goalTooLong' : 'composer.tooLong', { count: excess })}
        </p>
      )}
      <div className="mt-1.5 flex items-center gap-1">
        <IconButton label={t('composer.attach')} onClick={() => fileInput.current?.click()} className="-ml-2">
          <Paperclip aria-hidden className="size-4" />
        </IconButton>
        <input
          ref={fileInput}
          type="file"
          multiple
          hidden
          aria-label={t('composer.attach')}
          onChange={(event) => {
            onFiles([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <Suspense>
          <ModelPicker {...model} />
        </Suspense>
        {choices}
        <span className="min-w-0 flex-1 truncate text-1 text-faint">
          {isUploading || hasFailed ? (
            t('composer.waitForUploads')
          ) : (
            <span className="max-sm:hidden pointer-coarse:hidden">{hint}</span>
          )}
        </span>
        {(onStop === null || canSend) && (
          <IconButton label={sendLabel} disabled={!canSend} onClick={() => onSend('usual')} look="primary">
            {onStop !== null && isSteering ? (
              <ShipWheel aria-hidden className="size-4" />
            ) : (
              <ArrowUp aria-hidden className="size-4" />
            )}
          </IconButton>
        )}
        {onStop && (
          <IconButton label={t('composer.stop')} onClick={onStop} look="strong">
            <Square aria-hidden className="size-3 fill-current" />
          </IconButton>
        )}
      </div>
    </div>
  );
}

function useGrowingHeight(ref: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows from the text
  useLayoutEffect(() => {
    const input = ref.current;
    if (!input) return;
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight}px`;
  }, [ref, text]);
}
