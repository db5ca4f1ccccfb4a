import type { SessionId } from '@atelier/contracts/ids';
import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import { ArrowDown } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { showError } from '../shell/show-error.ts';
import { AgentMessage } from './agent-message.tsx';
import { CheckMessage } from './check-message.tsx';
import type { OutboxItem } from './outbox.ts';
import { PendingMessage } from './pending-message.tsx';
import { QuietNote } from './quiet-note.tsx';
import type { Thread } from './thread.ts';
import type { TranscriptView } from './transcript-store.ts';
import { useStickToEnd } from './use-stick-to-end.ts';
import { UserMessage } from './user-message.tsx';

interface ThreadViewProps {
  readonly sessionId: SessionId;
  readonly view: TranscriptView;
  readonly thread: Thread;
  /** Messages on their way that the log does not show yet. */
  readonly pending: readonly OutboxItem[];
  readonly onLoadOlder: () => Promise<void>;
}

/** The conversation, scrolled to where it is being written. */
export function ThreadView({ sessionId, view, thread, pending, onLoadOlder }: ThreadViewProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { messages, activeRun } = thread;
  const { isAway, jumpToEnd } = useStickToEnd(scroller, content, messages[0]?.id);
  const restoring = view.transcript?.session.status === 'archived' ? null : activeRun ? 'busy' : 'offered';
  const lastAgent = messages.findLast(({ role }) => role === 'agent');

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        aria-label={t('chat.conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain px-6 pt-6 pb-4 outline-offset-[-2px] max-sm:px-4 max-sm:pt-4"
      >
        <div ref={content} className="mx-auto flex w-full max-w-[740px] flex-col gap-5">
          {view.hasOlder && (
            <Button
              look="ghost"
              className="self-center"
              disabled={view.isLoadingOlder}
              icon={view.isLoadingOlder && <Spinner />}
              onClick={() => onLoadOlder().catch(showError)}
            >
              {t('chat.older')}
            </Button>
          )}
          {messages.map((message) => (
            <div key={message.id} className="message flex flex-col">
              {thread.checks.has(message.id) ? (
                <CheckMessage message={message} />
              ) : message.role === 'user' ? (
                <UserMessage
                  sessionId={sessionId}
                  message={message}
                  restoring={thread.ofRuns.has(message.id) ? restoring : null}
                />
              ) : (
                <AgentMessage
                  sessionId={sessionId}
                  message={message}
                  isLatest={message === lastAgent && activeRun === null}
                  pipeline={message === lastAgent ? thread.pipeline : null}
                  restoring={thread.ofRuns.has(message.id) ? restoring : null}
                />
              )}
            </div>
          ))}
          {pending.map((item) => (
            <PendingMessage key={item.clientId} item={item} />
          ))}
          {activeRun && <QuietNote heardAt={view.heardAt} />}
        </div>
      </section>
      <p role="status" className="unseen">
        {activeRun ? t('chat.answering') : lastAgent?.run?.state === 'succeeded' ? t('chat.answered') : ''}
      </p>
      {isAway && (
        <Button
          className="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full shadow-2"
          icon={<ArrowDown aria-hidden className="size-4" />}
          onClick={jumpToEnd}
        >
          {t('chat.jump')}
        </Button>
      )}
    </div>
  );
}
