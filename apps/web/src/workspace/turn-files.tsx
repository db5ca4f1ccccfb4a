import type { CheckpointDto } from '@atelier/contracts/checkpoints';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { PatchView } from './patch-view.tsx';

/** The files of one turn, each with what was done to it. What a turn did never changes: it is read once. */
export function TurnFiles({ runId }: { readonly runId: CheckpointDto['runId'] }) {
  const { t } = useTranslation();
  const diff = trpc.checkpoints.diff.useQuery({ runId }, { staleTime: Number.POSITIVE_INFINITY });
  if (diff.error) {
    return (
      <div className="px-3">
        <LoadError error={diff.error} onRetry={() => void diff.refetch()} />
      </div>
    );
  }
  if (!diff.data) return <Skeleton className="mx-3 h-16" />;
  return (
    <>
      <ul className="flex flex-col gap-2 px-3">
        {diff.data.files.map((file) => (
          <li key={file.path}>
            <PatchView file={file} />
          </li>
        ))}
      </ul>
      {diff.data.isTruncated && <p className="px-3 pt-2 text-1 text-faint">{t('changes.more')}</p>}
    </>
  );
}
