import type { RunId } from '@atelier/contracts/ids';
import { trpc } from '../api.ts';
import { TraceView } from './trace-view.tsx';

interface FoundTraceDialogProps {
  readonly runId: RunId;
  readonly onClose: () => void;
}

/** The trace of anybody's run: what it took, and nothing that was said. */
export function FoundTraceDialog({ runId, onClose }: FoundTraceDialogProps) {
  const trace = trpc.traces.ofFoundRun.useQuery({ runId }, { staleTime: 0 });
  return <TraceView trace={trace} parts={[]} onClose={onClose} />;
}
