import type { Transcript } from '@atelier/contracts/transcript';
import { IconButton } from '@atelier/ui/icon-button';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../auth/use-may.ts';
import { setPanelOpen } from '../shell/layout-state.ts';
import { ChangesTab } from './changes-tab.tsx';
import { FileView } from './file-view.tsx';
import { FilesTab } from './files-tab.tsx';
import { PanelResizer, usePanelWidth } from './panel-resizer.tsx';
import { TodoTab } from './todo-tab.tsx';

const TerminalTab = lazy(async () => ({ default: (await import('./terminal-tab.tsx')).TerminalTab }));

const PipelineTab = lazy(async () => ({ default: (await import('../pipelines/pipeline-tab.tsx')).PipelineTab }));

const tabClass =
  'tap rounded-2 px-2.5 py-1 text-2 text-soft hover:bg-hover data-[state=active]:bg-active data-[state=active]:font-medium data-[state=active]:text-ink';

/** What lies in the session's workspace: beside the conversation, over it where there is no room. */
export function WorkspacePanel({ transcript }: { readonly transcript: Transcript }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { file } = useSearch({ from: '/signed-in/s/$sessionId' });
  const [tab, setTab] = useState('files');
  const mayUseTerminals = useMay('terminal.use');
  const [width, setWidth] = usePanelWidth();
  const sessionId = transcript.session.id;
  const openTodos = transcript.todos.filter(({ state }) => state !== 'done').length;
  const openFile = (path: string | undefined) =>
    void navigate({ to: '/s/$sessionId', params: { sessionId }, search: path === undefined ? {} : { file: path } });

  return (
    <aside
      aria-label={t('session.panel')}
      style={{ width }}
      className="relative flex max-w-[70vw] flex-none flex-col border-l border-line bg-page max-[1100px]:absolute max-[1100px]:inset-y-0 max-[1100px]:right-0 max-[1100px]:z-(--z-panel) max-[1100px]:w-[min(420px,100%)]! max-[1100px]:max-w-none max-[1100px]:shadow-2"
    >
      <PanelResizer width={width} onWidth={setWidth} />
      <Tabs.Root value={tab} onValueChange={setTab} className="flex min-h-0 flex-1 flex-col">
        <div className="flex h-13 flex-none items-center gap-0.5 border-b border-line px-3">
          <Tabs.List aria-label={t('session.panel')} className="flex gap-0.5">
            <Tabs.Trigger value="files" className={tabClass}>
              {t('files.tab')}
            </Tabs.Trigger>
            <Tabs.Trigger value="changes" className={tabClass}>
              {t('changes.tab')}
            </Tabs.Trigger>
            <Tabs.Trigger value="todo" className={tabClass}>
              {t('files.todoTab')}
              {openTodos > 0 && <b className="ml-1 text-[11px] font-semibold text-faint tabular-nums">{openTodos}</b>}
            </Tabs.Trigger>
            {transcript.pipeline && (
              <Tabs.Trigger value="pipeline" className={tabClass}>
                {t('files.pipelineTab')}
              </Tabs.Trigger>
            )}
            {mayUseTerminals && (
              <Tabs.Trigger value="terminal" className={tabClass}>
                {t('terminal.tab')}
              </Tabs.Trigger>
            )}
          </Tabs.List>
          <IconButton label={t('session.closePanel')} className="ml-auto" onClick={() => setPanelOpen(false)}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
        <Tabs.Content value="files" className="flex min-h-0 flex-1 flex-col">
          {file === undefined ? (
            <FilesTab sessionId={sessionId} filesVersion={transcript.filesVersion} onOpen={openFile} />
          ) : (
            <FileView
              sessionId={sessionId}
              path={file}
              filesVersion={transcript.filesVersion}
              onClose={() => openFile(undefined)}
            />
          )}
        </Tabs.Content>
        <Tabs.Content value="changes" className="min-h-0 flex-1 overflow-y-auto">
          <ChangesTab
            sessionId={sessionId}
            filesVersion={transcript.filesVersion}
            isBusy={transcript.session.isRunning}
          />
        </Tabs.Content>
        <Tabs.Content value="todo" className="min-h-0 flex-1 overflow-y-auto">
          <TodoTab todos={transcript.todos} />
        </Tabs.Content>
        <Tabs.Content value="pipeline" className="min-h-0 flex-1 overflow-y-auto">
          <Suspense>{transcript.pipeline && <PipelineTab pipeline={transcript.pipeline} />}</Suspense>
        </Tabs.Content>
        <Tabs.Content value="terminal" className="flex min-h-0 flex-1 flex-col">
          <Suspense>
            <TerminalTab sessionId={sessionId} />
          </Suspense>
        </Tabs.Content>
      </Tabs.Root>
    </aside>
  );
}
