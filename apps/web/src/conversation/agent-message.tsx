import type { SessionId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import type { PipelineRunDto } from '@atelier/contracts/pipeline-runs';
import { isTerminal, type RunDto } from '@atelier/contracts/runs';
import { lazy, memo, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TraceButton } from '../traces/trace-button.tsx';
import { ForkButton } from './fork-button.tsx';
import { Markdown } from './markdown.tsx';
import { Notice } from './notice.tsx';
import { ReasoningBlock } from './reasoning-block.tsx';
import { RestoreButton, type Restoring } from './restore-button.tsx';
import { RunEnd } from './run-end.tsx';
import { SteerBubble } from './steer-bubble.tsx';
import { SummaryBlock } from './summary-block.tsx';
import { type Block, blocksOf } from './thread.ts';
import { ToolGroup } from './tool-card.tsx';
import { WaitingCall } from './waiting-call.tsx';

const TraceDialog = lazy(async () => ({ default: (await import('../traces/trace-dialog.tsx')).TraceDialog }));

interface AgentMessageProps {
  readonly sessionId: SessionId;
  readonly message: MessageDto;
  /** The last answer of the thread is the one that can be retried or continued. */
  readonly isLatest: boolean;
  /** Which it belongs to, where that is not done. */
  readonly pipeline: PipelineRunDto | null;
  readonly restoring: Restoring;
}

/** One answer: reasoning, tool calls and text in the order they came, and how it ended. */
export const AgentMessage = memo(function AgentMessage(props: AgentMessageProps) {
  const { sessionId, message, isLatest, pipeline, restoring } = props;
  const { t } = useTranslation();
  const { run, parts } = message;
  const isStreaming = run !== null && !isTerminal(run.state);
  const blocks = blocksOf(parts);
  // Nothing has come yet, or nothing since somebody spoke.
  const isThinking = isStreaming && (parts.length === 0 || parts.at(-1)?.type === 'steer');
  // Here, not beside its button: it stays open when the answer ends, and the button moves.
  const [isTraceOpen, setTraceOpen] = useState(false);
  const traceButton = <TraceButton onClick={() => setTraceOpen(true)} />;
  const forkButton = <ForkButton sessionId={sessionId} message={message} />;
  return (
    <article aria-label={t('chat.agent')} aria-busy={isStreaming} className="group flex flex-col gap-4">
      {blocks.map((block, index) => (
        <BlockView
          key={block.key}
          block={block}
          runId={isStreaming ? run.id : null}
          isStreaming={isStreaming && index === blocks.length - 1}
        />
      ))}
      {isThinking && <p className="pulse text-2 text-faint">{t('chat.thinking')}</p>}
      {isStreaming && <div className="-mt-2 -ml-2 text-faint">{traceButton}</div>}
      {run ? (
        <RunEnd
          run={run}
          parts={parts}
          isLatest={isLatest}
          pipeline={pipeline}
          actions={
            <>
              {traceButton}
              {forkButton}
              <RestoreButton sessionId={sessionId} message={message} restoring={restoring} />
            </>
          }
        />
      ) : (
        <div className="-mt-2 -ml-2 text-faint">{forkButton}</div>
      )}
      {run && isTraceOpen && (
        <Suspense>
          <TraceDialog run={run} parts={parts} onClose={() => setTraceOpen(false)} />
        </Suspense>
      )}
    </article>
  );
});

interface BlockViewProps {
  readonly block: Block;
  /** The run that writes the answer; null when it has ended. */
  readonly runId: RunDto['id'] | null;
  readonly isStreaming: boolean;
}

function BlockView({ block, runId, isStreaming }: BlockViewProps) {
  if (block.type === 'tools') {
    const waiting = runId === null ? [] : block.tools.filter(({ state }) => state === 'waiting');
    return (
      <>
        <ToolGroup tools={block.tools} />
        {runId !== null && waiting.map((tool) => <WaitingCall key={tool.callId} runId={runId} tool={tool} />)}
      </>
    );
  }
  const { part } = block;
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} isStreaming={isStreaming} />;
    case 'reasoning':
      // A thought that its provider keeps to itself is none to read.
      if (part.text === '' && part.endedAt !== null) return null;
      return <ReasoningBlock text={part.text} startedAt={part.startedAt} endedAt={part.endedAt} />;
    case 'notice':
      return <Notice kind={part.kind} text={part.text} />;
    case 'summary':
      return <SummaryBlock text={part.text} />;
    case 'steer':
      return <SteerBubble part={part} />;
    case 'file':
      return null;
  }
}
