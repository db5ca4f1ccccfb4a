import type { Part } from '@atelier/contracts/parts';
import { isTerminal, type RunDto } from '@atelier/contracts/runs';
import { trpc } from '../api.ts';
import { TraceView } from './trace-view.tsx';

/** How often a run under way is looked at again. */
const lookAgainMs = 2000;

interface TraceDialogProps {
  readonly run: RunDto;
  readonly parts: readonly Part[];
  readonly onClose: () => void;
}

/** The trace of an answer of one's own, with the arguments and results behind its bars. */
export function TraceDialog({ run, parts, onClose }: TraceDialogProps) {
  const isUnderWay = !isTerminal(run.state);
  // Its end is written a moment after the answer says that it has ended.
  const trace = trpc.traces.ofRun.useQuery(
    { runId: run.id },
    {
      staleTime: 0,
      refetchInterval: ({ state }) => (isUnderWay || !hasTurn(state.data?.spans) ? lookAgainMs : false),
    },
  );
  return <TraceView trace={trace} parts={parts} onClose={onClose} />;
}

function hasTurn(spans: readonly { readonly kind: string }[] | undefined): boolean {
  return spans === undefined || spans.length === 0 || spans.some(({ kind }) => kind === 'agent_turn');
}
