import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { refusalText } from '../i18n/error-text.ts';
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
    const isUnknown = refusal.code === 'session.not_found';
    return (
      <main className="flex min-w-0 flex-1 flex-col">
        <ShellHeader title={null} />
        <div className="flex flex-col items-start gap-3 p-5 text-2">
          <h1 className="font-semibold">{isUnknown ? t('session.notFound') : refusalText(refusal)}</h1>
          <Link to="/" className="text-accent underline underline-offset-2">
            {t('session.toStart')}
          </Link>
        </div>
      </main>
    );
  }
  if (!transcript) {
    return (
      <main className="flex min-w-0 flex-1 flex-col" aria-busy="true">
        <ShellHeader title={<h1 className="unseen">{t('common.loading')}</h1>} />
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
