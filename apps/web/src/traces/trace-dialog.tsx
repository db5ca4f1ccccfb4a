import type { Part } from '@atelier/contracts/parts';
import { isTerminal, type RunDto } from '@atelier/contracts/runs';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { TraceTotalsList } from './trace-totals-list.tsx';
import { WaterfallList } from './waterfall-list.tsx';

/** How often a run under way is looked at again. */
const lookAgainMs = 2000;

interface TraceDialogProps {
  readonly run: RunDto;
  readonly parts: readonly Part[];
  readonly onClose: () => void;
}

export function TraceDialog({ run, parts, onClose }: TraceDialogProps) {
  const { t } = useTranslation('traces');
  const { t: common } = useTranslation();
  const isUnderWay = !isTerminal(run.state);
  // Its end is written a moment after the answer says that it has ended.
  const trace = trpc.traces.ofRun.useQuery(
    { runId: run.id },
    {
      staleTime: 0,
      refetchInterval: ({ state }) => (isUnderWay || !hasTurn(state.data?.spans) ? lookAgainMs : false),
    },
  );
  return (
    <Dialog
      title={t('title')}
      closeLabel={common('common.close')}
      onClose={onClose}
      className="w-[min(960px,calc(100vw-32px))]!"
    >
      <div className="p-5 text-2 max-sm:p-4">
        {trace.isError && !trace.data && <LoadError error={trace.error} onRetry={() => void trace.refetch()} />}
        {trace.isPending && <Skeleton className="h-60 w-full" />}
        {trace.data && (
          <>
            <TraceTotalsList totals={trace.data.totals} />
            {trace.data.spans.length === 0 && <p className="py-4 text-faint">{t('nothing')}</p>}
            <WaterfallList spans={trace.data.spans} parts={parts} />
            {trace.data.isCut && <p className="pt-3 text-faint">{t('isCut', { count: trace.data.spans.length })}</p>}
          </>
        )}
      </div>
    </Dialog>
  );
}

function hasTurn(spans: readonly { readonly kind: string }[] | undefined): boolean {
  return spans === undefined || spans.length === 0 || spans.some(({ kind }) => kind === 'agent_turn');
}
