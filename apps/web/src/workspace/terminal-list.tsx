import type { SessionId } from '@atelier/contracts/ids';
import { maxTerminalsOfSession, type TerminalDto } from '@atelier/contracts/terminals';
import { Button } from '@atelier/ui/button';
import { Empty } from '@atelier/ui/empty';
import { IconButton } from '@atelier/ui/icon-button';
import { clsx } from 'clsx';
import { Ear, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { readText, writeText } from '../platform/storage.ts';
import { showError } from '../shell/show-error.ts';
import { leaveKeys } from './terminal-keys.ts';
import { TerminalScreen } from './terminal-screen.tsx';

const readerKey = 'atelier.terminal.reader';

interface TerminalListProps {
  readonly sessionId: SessionId;
  readonly terminals: readonly TerminalDto[];
}

/** Small tabs, one a terminal, and the one that is chosen. */
export function TerminalList({ sessionId, terminals }: TerminalListProps) {
  const { t } = useTranslation();
  const utils = trpc.useUtils();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [isReader, setReader] = useState(readText(readerKey) === 'on');
  const refresh = () => utils.terminals.list.invalidate({ sessionId });
  const open = trpc.terminals.open.useMutation({
    async onSuccess(opened) {
      await refresh();
      setChosenId(opened.id);
    },
    onError: showError,
  });
  const close = trpc.terminals.close.useMutation({ onSettled: refresh, onError: showError });
  const openOne = () => open.mutate({ sessionId, columns: 80, rows: 24 });
  const chosen = terminals.find(({ id }) => id === chosenId) ?? terminals.at(-1);
  const living = terminals.filter(({ end }) => end === null).length;

  if (!chosen) {
    return (
      <Empty
        text={t('terminal.empty')}
        action={
          <Button disabled={open.isPending} onClick={openOne}>
            {t('terminal.open')}
          </Button>
        }
      />
    );
  }
  const toggleReader = () => {
    writeText(readerKey, isReader ? null : 'on');
    setReader(!isReader);
  };
  return (
    <>
      <nav aria-label={t('terminal.list')} className="flex flex-none items-center gap-1 border-b border-line px-2 py-1">
        {terminals.map(({ id, number }) => (
          <span key={id} className={clsx('flex items-center rounded-2', id === chosen.id && 'bg-active')}>
            <button
              type="button"
              aria-current={id === chosen.id}
              aria-label={t('terminal.name', { number })}
              className="tap rounded-2 py-1 pr-1 pl-2.5 text-2 text-soft aria-current:text-ink"
              onClick={() => setChosenId(id)}
            >
              {number}
            </button>
            <button
              type="button"
              aria-label={t('terminal.close', { number })}
              title={t('terminal.close', { number })}
              className="tap inline-flex size-6 items-center justify-center rounded-2 text-faint hover:text-ink"
              onClick={() => close.mutate({ sessionId, terminalId: id })}
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </span>
        ))}
        <IconButton
          label={t('terminal.open')}
          disabled={open.isPending || living >= maxTerminalsOfSession}
          onClick={openOne}
        >
          <Plus aria-hidden className="size-4" />
        </IconButton>
        <IconButton
          label={t('terminal.reader')}
          aria-pressed={isReader}
          className={clsx('ml-auto', isReader && 'bg-active text-ink')}
          onClick={toggleReader}
        >
          <Ear aria-hidden className="size-4" />
        </IconButton>
      </nav>
      <TerminalScreen
        key={chosen.id}
        sessionId={sessionId}
        terminal={chosen}
        isReader={isReader}
        onLeave={() => document.querySelector<HTMLElement>('[role="tab"][data-state="active"]')?.focus()}
      />
      <p className="flex-none border-t border-line px-3 py-1 text-1 text-faint max-[700px]:hidden">
        {t('terminal.leave', { keys: leaveKeys })}
      </p>
    </>
  );
}
