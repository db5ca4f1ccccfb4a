import { messageMaxFiles } from '@atelier/contracts/messages';
import type { Transcript } from '@atelier/contracts/transcript';
import { IconButton } from '@atelier/ui/icon-button';
import { PanelRight } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFileDrop } from '../platform/use-file-drop.ts';
import { useUploads } from '../platform/use-uploads.ts';
import { useValue } from '../platform/value-store.ts';
import { panelOpen, setPanelOpen } from '../shell/layout-state.ts';
import { ShellHeader } from '../shell/shell-header.tsx';
import { showToast } from '../shell/toast-store.ts';
import { DropVeil } from './drop-veil.tsx';
import { takeHandedFiles } from './handed-files.ts';
import { outbox } from './outbox.ts';
import { SessionComposer } from './session-composer.tsx';
import { SessionHeading } from './session-heading.tsx';
import { isShown } from './shown.ts';
import { threadOf } from './thread.ts';
import { ThreadView } from './thread-view.tsx';
import type { TranscriptView } from './transcript-store.ts';

const PipelineCard = lazy(async () => ({ default: (await import('../pipelines/pipeline-card.tsx')).PipelineCard }));

interface SessionConversationProps {
  readonly view: TranscriptView;
  readonly transcript: Transcript;
  readonly onLoadOlder: () => Promise<void>;
}

/** The middle of the page: heading, thread, composer. Files dropped anywhere on it go with the next message. */
export function SessionConversation({ view, transcript, onLoadOlder }: SessionConversationProps) {
  const { t } = useTranslation();
  const isPanelOpen = useValue(panelOpen);
  const { session } = transcript;
  const uploads = useUploads({ purpose: 'attachment' });
  const attach = (files: readonly File[]) => {
    const room = Math.max(0, messageMaxFiles - uploads.items.length);
    if (files.length > room) showToast({ text: t('composer.tooManyFiles', { count: messageMaxFiles }), isError: true });
    uploads.add(session.id, files.slice(0, room));
  };
  const drop = useFileDrop(attach);
  const thread = threadOf(transcript, view.older);
  const pending = useValue(outbox).filter(
    (item) => item.sessionId === session.id && !isShown(item, transcript.messages),
  );

  const latestAttach = useRef(attach);
  latestAttach.current = attach;
  useEffect(() => {
    const files = takeHandedFiles(session.id);
    if (files.length > 0) latestAttach.current(files);
  }, [session.id]);

  return (
    <main className="relative flex min-w-0 flex-1 flex-col" {...drop.handlers}>
      <title>{`${session.title === '' ? t('session.untitled') : session.title} · Atelier`}</title>
      {drop.isOver && <DropVeil text={t('composer.dropHere')} />}
      <ShellHeader
        title={<SessionHeading session={session} />}
        actions={
          <IconButton
            label={isPanelOpen ? t('session.closePanel') : t('session.panel')}
            aria-expanded={isPanelOpen}
            onClick={() => setPanelOpen(!isPanelOpen)}
          >
            <PanelRight aria-hidden className="size-4" />
          </IconButton>
        }
      />
      {transcript.pipeline && (
        <Suspense>
          <PipelineCard pipeline={transcript.pipeline} />
        </Suspense>
      )}
      <ThreadView sessionId={session.id} view={view} thread={thread} pending={pending} onLoadOlder={onLoadOlder} />
      <SessionComposer
        sessionId={session.id}
        transcript={transcript}
        thread={thread}
        isOnItsWay={pending.some(({ problem }) => problem === null)}
        uploads={uploads}
        onFiles={attach}
      />
    </main>
  );
}
