import { messageMaxCharacters } from '@atelier/contracts/messages';
import { IconButton } from '@atelier/ui/icon-button';
import { ArrowUp, Paperclip, Square } from 'lucide-react';
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
import { AttachmentList } from './attachment-list.tsx';
import type { ModelPickerProps } from './model-picker.tsx';
import { largestPictureFor } from './offered-model.ts';

const ModelPicker = lazy(async () => ({ default: (await import('./model-picker.tsx')).ModelPicker }));

/** Pasted text longer than this becomes an attachment. */
const pasteAsFileCharacters = 8000;

export interface ComposerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly attachments: readonly Uploading[];
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemoveFile: (key: number) => void;
  readonly onRetryFile: (item: Uploading) => void;
  readonly onSend: () => void;
  /** Set while an answer is being written: Stop is offered, and sending queues. */
  readonly onStop: (() => void) | null;
  readonly model: ModelPickerProps;
  /** Who answers, beside the paper clip. */
  readonly choices?: ReactNode;
  /** How full the model's window is. */
  readonly gauge?: ReactNode;
  /** Stands above the buttons. */
  readonly warning?: ReactNode;
  readonly inputRef: RefObject<HTMLTextAreaElement | null>;
}

export function Composer(props: ComposerProps) {
  const { text, onText, attachments, onFiles, onRemoveFile, onRetryFile, onSend, onStop, model, inputRef } = props;
  const { choices, gauge, warning } = props;
  const { t } = useTranslation();
  const fileInput = useRef<HTMLInputElement>(null);
  const { data: available } = trpc.models.available.useQuery();
  useGrowingHeight(inputRef, text);
  useEffect(() => {
    // A keyboard that springs up by itself would cover the page.
    if (window.matchMedia('(pointer: fine)').matches) inputRef.current?.focus();
  }, [inputRef]);

  const excess = text.length - messageMaxCharacters;
  const isUploading = attachments.some(({ state }) => state === 'uploading');
  const hasFailed = attachments.some(({ state }) => state === 'failed');
  const isEmpty = text.trim() === '' && attachments.length === 0;
  const canSend = !isEmpty && !isUploading && !hasFailed && excess <= 0;

  function onKeyDown(event: KeyboardEvent) {
    // An input method uses Enter to choose a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (canSend) onSend();
  }
  function onPaste(event: ClipboardEvent) {
    const files = [...event.clipboardData.files];
    const pasted = event.clipboardData.getData('text/plain');
    if (files.length > 0) {
      event.preventDefault();
      onFiles(files);
    } else if (pasted.length > pasteAsFileCharacters) {
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
      {excess > 0 && (
        <p role="alert" className="text-2 text-bad">
          {t('composer.tooLong', { count: excess })}
        </p>
      )}
      {warning}
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
            <span className="max-sm:hidden pointer-coarse:hidden">{t('composer.shortcutHint')}</span>
          )}
        </span>
        {gauge}
        {(onStop === null || canSend) && (
          <IconButton
            label={onStop === null ? t('composer.send') : t('composer.queue')}
            disabled={!canSend}
            onClick={onSend}
            look="primary"
          >
            <ArrowUp aria-hidden className="size-4" />
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
