import type { SessionDto } from '@atelier/contracts/sessions';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { showError } from './show-error.ts';

interface TitleFieldProps {
  readonly session: SessionDto;
  /** `hasFocus`: it was ended by a key, and the focus has to go somewhere. */
  readonly onDone: (hasFocus: boolean) => void;
}

/** The title as a field: Enter or leaving it saves, Escape does not. */
export function TitleField({ session, onDone }: TitleFieldProps) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(session.title);
  const utils = trpc.useUtils();
  const rename = trpc.sessions.rename.useMutation({
    onError: showError,
    onSettled: () => utils.sessions.list.invalidate(),
  });

  function save(hasFocus: boolean): void {
    const next = title.trim();
    if (next !== '' && next !== session.title) {
      rename.mutate({ sessionId: session.id, title: next, version: session.version });
    }
    onDone(hasFocus);
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') save(true);
    if (event.key === 'Escape') {
      event.preventDefault();
      onDone(true);
    }
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
      autoFocus
      aria-label={t('session.title')}
      maxLength={120}
      value={title}
      onChange={(event) => setTitle(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={() => save(false)}
      onKeyDown={onKeyDown}
      className="h-8 w-full min-w-0 rounded-1 border border-accent bg-raised px-2 text-2 text-ink outline-none max-sm:text-[16px]"
    />
  );
}
