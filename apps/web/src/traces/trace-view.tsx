import type { Part } from '@atelier/contracts/parts';
import type { TraceDto } from '@atelier/contracts/traces';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../shell/load-error.tsx';
import { TraceTotalsList } from './trace-totals-list.tsx';
import { WaterfallList } from './waterfall-list.tsx';

interface TraceViewProps {
  readonly trace: {
    readonly data: TraceDto | undefined;
    readonly error: unknown;
    refetch(): Promise<unknown>;
  };
  /** What the bars are about, as far as it may be seen. */
  readonly parts: readonly Part[];
  readonly onClose: () => void;
}

/** A run's trace: what it comes to, and a bar for each piece of work. */
export function TraceView({ trace, parts, onClose }: TraceViewProps) {
  const { t } = useTranslation('traces');
  const { t: common } = useTranslation();
  const { data } = trace;
  return (
    <Dialog
      title={t('title')}
      closeLabel={common('common.close')}
      onClose={onClose}
      className="w-[min(960px,calc(100vw-32px))]!"
    >
      <div className="p-5 text-2 max-sm:p-4">
        {trace.error !== null && !data && <LoadError error={trace.error} onRetry={() => void trace.refetch()} />}
        {trace.error === null && !data && <Skeleton className="h-60 w-full" />}
        {data && (
          <>
            <TraceTotalsList totals={data.totals} />
            {data.spans.length === 0 && <p className="py-4 text-faint">{t('nothing')}</p>}
            <WaterfallList spans={data.spans} parts={parts} />
            {data.isCut && <p className="pt-3 text-faint">{t('isCut', { count: data.spans.length })}</p>}
          </>
        )}
      </div>
    </Dialog>
  );
}
