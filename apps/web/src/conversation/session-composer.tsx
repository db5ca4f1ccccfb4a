import type { RunDto } from '@atelier/contracts/runs';
import type { Transcript } from '@atelier/contracts/transcript';
import { Button } from '@atelier/ui/button';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import type { Uploads } from '../platform/use-uploads.ts';
import { useValue } from '../platform/value-store.ts';
import { drawerOpen } from '../shell/layout-state.ts';
import { showError } from '../shell/show-error.ts';
import { AgentChoice } from './agent-choice.tsx';
import { Composer } from './composer.tsx';
import { contextFill, isNearlyFull } from './context-fill.ts';
import { useDraft } from './drafts.ts';
import { enterChoice } from './enter-choice.ts';
import { discardSent, sendMessage } from './outbox.ts';
import { QueueChips } from './queue-chips.tsx';
import { type QueuedMessage, questionOf, type Thread } from './thread.ts';

const ContextGauge = lazy(async () => ({ default: (await import('./context-gauge.tsx')).ContextGauge }));

interface SessionComposerProps {
  readonly sessionId: string;
  readonly transcript: Transcript;
  readonly thread: Thread;
  /** A message has been sent, and the log does not show it yet. */
  readonly isOnItsWay: boolean;
  readonly uploads: Uploads;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The composer of a session: its draft, its attachments, its queue, and Stop. */
export function SessionComposer(props: SessionComposerProps) {
  const { sessionId, transcript, thread, isOnItsWay, uploads, onFiles } = props;
  const { t } = useTranslation();
  const inputRef = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft(sessionId);
  const stop = trpc.runs.stop.useMutation({ onError: showError });
  const setModel = trpc.sessions.setModel.useMutation({ onError: showError });
  const use = trpc.agents.use.useMutation({ onError: showError });
  const restore = trpc.sessions.restore.useMutation({ onError: showError });

  const enter = useValue(enterChoice);
  const { data: available } = trpc.models.available.useQuery();
  const fill = contextFill(transcript, available);
  const isArchived = transcript.session.status === 'archived';
  const stopRun = useStop(thread.activeRun, isOnItsWay, (run) => {
    const question = run.state === 'queued' ? questionOf(transcript, run) : null;
    const onSuccess = () => {
      if (question === null) return;
      discardSent(run.userMessageId);
      giveBack(question);
    };
    stop.mutate({ runId: run.id }, { onSuccess });
  });
  useEscape(isArchived ? null : stopRun);

  function giveBack(message: Pick<QueuedMessage, 'text' | 'files'>): void {
    setText(text === '' ? message.text : `${message.text}\n\n${text}`);
    uploads.restore(message.files);
  }

  function send(how: 'usual' | 'other'): void {
    const files = uploads.items.flatMap(({ upload }) =>
      upload ? [{ uploadId: upload.id, name: upload.name, size: upload.size }] : [],
    );
    const steers = stopRun !== null && (enter === 'steer') === (how === 'usual');
    sendMessage({ sessionId, text: text.trim(), files, afterSeq: transcript.seq, steers });
    setText('');
    uploads.clear();
  }

  if (isArchived) {
    return (
      <div className="px-6 pt-3 pb-5 max-sm:px-3">
        <div className="mx-auto flex w-full max-w-[740px] items-center gap-3 rounded-3 bg-sunken px-4 py-3 text-2 text-soft">
          <p className="flex-1">{t('session.isArchived')}</p>
          <Button disabled={restore.isPending} onClick={() => restore.mutate({ sessionId: transcript.session.id })}>
            {t('session.restore')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="px-6 pt-2 pb-[max(20px,env(safe-area-inset-bottom))] max-sm:px-3 max-sm:pb-[max(12px,env(safe-area-inset-bottom))]">
      <QueueChips queued={thread.queued} onInterrupt={stopRun} onEdit={giveBack} />
      <Composer
        text={text}
        onText={setText}
        attachments={uploads.items}
        onFiles={onFiles}
        onRemoveFile={uploads.remove}
        onRetryFile={(item) => uploads.retry(sessionId, item)}
        onSend={send}
        onStop={stopRun}
        enter={enter}
        model={{
          chosen: transcript.session.model ?? null,
          isBusy: setModel.isPending,
          onChoose: (chosen) => setModel.mutate({ sessionId: transcript.session.id, model: chosen?.choice ?? null }),
        }}
        choices={
          <AgentChoice
            chosen={transcript.session.agent}
            onChoose={(agent) => use.mutate({ sessionId: transcript.session.id, agentId: agent?.id ?? null })}
          />
        }
        gauge={
          fill && (
            <Suspense>
              <ContextGauge fill={fill} usage={transcript.usage} />
            </Suspense>
          )
        }
        warning={
          fill &&
          isNearlyFull(fill) && (
            <p role="status" className="mt-1.5 text-1 text-warn">
              {t('composer.nearlyFull')}
            </p>
          )
        }
        inputRef={inputRef}
      />
    </div>
  );
}

/** So long an answer that is asked to stop may take to begin. */
const beginMs = 5000;

/**
 * How to stop, from the moment of sending. An answer that has not begun is stopped as soon as it has: stopped in the
 * queue, it would take the question with it. That is done only when nobody begins it, and the question is given back.
 */
function useStop(activeRun: RunDto | null, isOnItsWay: boolean, stop: (run: RunDto) => void): (() => void) | null {
  const [isWished, wish] = useState(false);
  const latest = useRef({ stop, activeRun });
  latest.current = { stop, activeRun };
  const isWaitedFor = activeRun ? activeRun.state === 'queued' : isOnItsWay;
  const activeId = activeRun?.id;
  useEffect(() => {
    if (!isWished || (activeId === undefined && isWaitedFor)) return;
    const stopNow = () => {
      const run = latest.current.activeRun;
      if (run && run.id === activeId) latest.current.stop(run);
      wish(false);
    };
    if (!isWaitedFor) return stopNow();
    const timer = setTimeout(stopNow, beginMs);
    return () => clearTimeout(timer);
  }, [isWished, activeId, isWaitedFor]);
  return activeRun || isOnItsWay ? () => wish(true) : null;
}

/** Escape stops the answer, unless something that is open takes it for itself. */
function useEscape(stop: (() => void) | null): void {
  const latest = useRef(stop);
  latest.current = stop;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // Leaving an input method's choice, a dialog, a menu or the drawer is no wish to stop.
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || drawerOpen.value) return;
      if (document.querySelector('dialog[open], [role="menu"]')) return;
      latest.current?.();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
