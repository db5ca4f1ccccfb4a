import type { ToolPart } from '@atelier/contracts/parts';
import type { RunDto } from '@atelier/contracts/runs';
import { trpc } from '../api.ts';
import { showError } from '../shell/show-error.ts';
import { ApprovalCard } from './approval-card.tsx';
import { QuestionCard } from './question-card.tsx';

interface WaitingCallProps {
  readonly runId: RunDto['id'];
  readonly tool: ToolPart;
}

/** What a call waits for, where it stands in the thread. */
export function WaitingCall({ runId, tool }: WaitingCallProps) {
  const decide = trpc.runs.decide.useMutation({ onError: showError });
  const { request, callId } = tool;
  if (!request) return null;
  // Until the log says that it was decided: a second click must not look possible.
  const isBusy = decide.isPending || decide.isSuccess;
  const say = (decision: Parameters<typeof decide.mutate>[0]['decision']) => decide.mutate({ runId, callId, decision });
  return request.kind === 'question' ? (
    <QuestionCard question={request.question} isBusy={isBusy} onAnswer={(text) => say({ kind: 'answer', text })} />
  ) : (
    <ApprovalCard
      tool={tool}
      reason={request.reason}
      isBusy={isBusy}
      onApprove={(inputText, isForSession) => say({ kind: 'approve', inputText, isForSession })}
      onDeny={(reason) => say({ kind: 'deny', reason })}
    />
  );
}
