import { sessionId as parseSessionId } from '@atelier/contracts/ids';
import { Empty } from '@atelier/ui/empty';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { RestorationRow } from './restoration-row.tsx';
import { TurnChanges } from './turn-changes.tsx';
import { readWhenShown, useOnChange } from './use-directory.ts';

interface ChangesTabProps {
  readonly sessionId: string;
  readonly filesVersion: number;
  /** The agent is at work: nothing is put back meanwhile. */
  readonly isBusy: boolean;
}

/** What each turn did to the files, and when they were put back, the newest first; each can be taken back. */
export function ChangesTab({ sessionId, filesVersion, isBusy }: ChangesTabProps) {
  const { t } = useTranslation();
  const input = { sessionId: parseSessionId.parse(sessionId) };
  const turns = trpc.checkpoints.list.useQuery(input, readWhenShown);
  const restorations = trpc.checkpoints.restorations.useQuery(input, readWhenShown);
  const refetch = () => void Promise.all([turns.refetch(), restorations.refetch()]);
  useOnChange(filesVersion, refetch);
  const error = turns.error ?? restorations.error;
  if (error) {
    return (
      <div className="px-4 py-2">
        <LoadError error={error} onRetry={refetch} />
      </div>
    );
  }
  if (!turns.data || !restorations.data) return <Skeleton className="m-4 h-24" />;
  const [latest] = turns.data;
  const rows = [
    ...turns.data.map((turn) => ({
      at: turn.createdAt,
      row: <TurnChanges key={turn.runId} turn={turn} isBusy={isBusy} isOpenAtFirst={turn === latest} />,
    })),
    ...restorations.data.map((restoration) => ({
      at: restoration.createdAt,
      row: <RestorationRow key={restoration.id} restoration={restoration} isBusy={isBusy} />,
    })),
  ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (rows.length === 0) return <Empty text={t('changes.empty')} />;
  return <ol className="flex flex-col">{rows.map(({ row }) => row)}</ol>;
}
