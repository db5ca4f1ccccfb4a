import { type PipelineDto, pipelineInputMaxCharacters } from '@atelier/contracts/pipelines';
import { newId } from '@atelier/kernel/ids';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, trpc } from '../api.ts';
import { useFileDrop } from '../platform/use-file-drop.ts';
import { ShellHeader } from '../shell/shell-header.tsx';
import { showError } from '../shell/show-error.ts';
import { showToast } from '../shell/toast-store.ts';
import { AgentChoice, type ChosenAgent } from './agent-choice.tsx';
import { Composer } from './composer.tsx';
import { moveDraft, useDraft } from './drafts.ts';
import { DropVeil } from './drop-veil.tsx';
import { handOverFiles } from './handed-files.ts';
import { useNewChatModel } from './new-chat-model.ts';
import { OfflineHint } from './offline-hint.tsx';
import { sendMessage } from './outbox.ts';

const GoalNote = lazy(async () => ({ default: (await import('../pipelines/goal-note.tsx')).GoalNote }));

/** A chat that is not yet a session: it becomes one with its first message or file, or with the pipeline that works in it. */
export function NewChatPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const utils = trpc.useUtils();
  const inputRef = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraft('new');
  const [model, setModel] = useNewChatModel();
  const [clientId] = useState(newId);
  const [agent, setAgent] = useState<ChosenAgent>(null);
  const [pipeline, setPipeline] = useState<PipelineDto | null>(null);
  const [isStarting, setStarting] = useState(false);
  const drop = useFileDrop(attach);

  function attach(files: readonly File[]): void {
    if (pipeline) showToast({ text: t('composer.goalWithoutFiles'), isError: true });
    else void start('', files);
  }

  async function startPipeline({ id: pipelineId, takesInput }: PipelineDto): Promise<void> {
    if (isStarting) return;
    setStarting(true);
    try {
      const input = takesInput ? text.trim() : '';
      const choice = model?.choice ?? null;
      const { sessionId } = await client.api.pipelines.start.mutate({ pipelineId, clientId, model: choice, input });
      setModel(null);
      void utils.sessions.list.invalidate();
      // What the pipeline takes no notice of is not lost.
      if (takesInput) setText('');
      else moveDraft('new', sessionId);
      await navigate({ to: '/s/$sessionId', params: { sessionId } });
    } catch (error) {
      showError(error);
      // One that is gone, or was changed, is seen where one chooses.
      void utils.pipelines.list.invalidate();
    } finally {
      setStarting(false);
    }
  }

  async function start(message: string, files: readonly File[]): Promise<void> {
    if (isStarting) return;
    setStarting(true);
    try {
      const session = await client.api.sessions.create.mutate({ clientId, model: model?.choice ?? null });
      setModel(null);
      if (agent) await client.api.agents.use.mutate({ sessionId: session.id, agentId: agent.id });
      void utils.sessions.list.invalidate();
      if (message === '') moveDraft('new', session.id);
      else setText('');
      if (message !== '') sendMessage({ sessionId: session.id, text: message, files: [], afterSeq: 0 });
      if (files.length > 0) handOverFiles(session.id, files);
      await navigate({ to: '/s/$sessionId', params: { sessionId: session.id } });
    } catch (error) {
      showError(error);
    } finally {
      setStarting(false);
    }
  }

  return (
    <main className="relative flex min-w-0 flex-1 flex-col" {...drop.handlers}>
      <title>{`${t('nav.newChat')} · Atelier`}</title>
      {drop.isOver && <DropVeil text={t('composer.dropHere')} />}
      <ShellHeader title={<h1 className="text-3 font-semibold">{t('nav.newChat')}</h1>} />
      <div className="flex min-h-0 flex-1 flex-col justify-center overflow-y-auto px-6 max-sm:px-4">
        <div className="mx-auto w-full max-w-[740px] py-6">
          <h2 className="text-5 font-semibold tracking-tight">{t('chat.hello')}</h2>
          <p className="mt-1 max-w-(--measure) text-soft">{t('chat.helloText')}</p>
          <OfflineHint
            onSuggestion={(suggestion) => {
              setText(suggestion);
              inputRef.current?.focus();
            }}
          />
        </div>
      </div>
      <div className="px-6 pt-3 pb-[max(20px,env(safe-area-inset-bottom))] max-sm:px-3">
        <Composer
          text={text}
          onText={setText}
          attachments={[]}
          onFiles={attach}
          onRemoveFile={() => undefined}
          onRetryFile={() => undefined}
          onSend={() => void (pipeline ? startPipeline(pipeline) : start(text.trim(), []))}
          onStop={null}
          model={{ chosen: model, isBusy: isStarting, onChoose: setModel }}
          choices={
            <AgentChoice
              chosen={agent}
              onChoose={(chosen) => {
                setPipeline(null);
                setAgent(chosen);
              }}
              pipelines={{ chosen: pipeline, onChoose: setPipeline }}
            />
          }
          goal={
            pipeline && {
              maxCharacters: pipelineInputMaxCharacters,
              isNeeded: pipeline.takesInput,
              note: (
                <Suspense>
                  <GoalNote pipeline={pipeline} />
                </Suspense>
              ),
            }
          }
          inputRef={inputRef}
        />
      </div>
    </main>
  );
}
