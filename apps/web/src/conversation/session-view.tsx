import { Empty } from '@atelier/ui/empty';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useValue } from '../platform/value-store.ts';
import { panelOpen } from '../shell/layout-state.ts';
import { ShellHeader } from '../shell/shell-header.tsx';
import { WorkspacePanel } from '../workspace/workspace-panel.tsx';
import { SessionConversation } from './session-conversation.tsx';
import { ThreadSkeleton } from './thread-skeleton.tsx';
import { useTranscript } from './transcript-store.ts';

export function SessionView({ sessionId }: { readonly sessionId: string }) {
  const { t } = useTranslation();
  const { view, loadOlder } = useTranscript(sessionId);
  const isPanelOpen = useValue(panelOpen);
  const { transcript, refusal } = view;

  if (refusal) {
    return (
      <main className="flex min-w-0 flex-1 flex-col">
        <ShellHeader title={null} />
        <Empty
          text={refusal.code === 'session.not_found' ? t('session.notFound') : refusal.message}
          action={
            <Link to="/" className="text-accent hover:underline">
              {t('session.toStart')}
            </Link>
          }
        />
      </main>
    );
  }
  if (!transcript) {
    return (
      <main className="flex min-w-0 flex-1 flex-col" aria-busy="true">
        <ShellHeader title={null} />
        <ThreadSkeleton />
      </main>
    );
  }

  return (
    <>
      <SessionConversation view={view} transcript={transcript} onLoadOlder={loadOlder} />
      {isPanelOpen && <WorkspacePanel transcript={transcript} />}
    </>
  );
}
