import { sessionId as parseSessionId } from '@atelier/contracts/ids';
import { Empty } from '@atelier/ui/empty';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { TurnChanges } from './turn-changes.tsx';
import { useOnChange } from './use-directory.ts';

interface ChangesTabProps {
  readonly sessionId: string;
  readonly filesVersion: number;
  /** The agent is at work: nothing is put back meanwhile. */
  readonly isBusy: boolean;
}

/** What each turn did to the files, the newest first; a turn can be taken back. */
export function ChangesTab({ sessionId, filesVersion, isBusy }: ChangesTabProps) {
  const { t } = useTranslation();
  const turns = trpc.checkpoints.list.useQuery({ sessionId: parseSessionId.parse(sessionId) });
  useOnChange(filesVersion, () => void turns.refetch());
  if (turns.error) {
    return (
      <div className="px-4 py-2">
        <LoadError error={turns.error} onRetry={() => void turns.refetch()} />
      </div>
    );
  }
  if (!turns.data) return <Skeleton className="m-4 h-24" />;
  if (turns.data.length === 0) return <Empty text={t('changes.empty')} />;
  return (
    <ol className="flex flex-col">
      {turns.data.map((turn, index) => (
        <TurnChanges key={turn.runId} turn={turn} isBusy={isBusy} isOpenAtFirst={index === 0} />
      ))}
    </ol>
  );
}
