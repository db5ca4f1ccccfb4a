import type { AgentDto, AgentVersionDto } from '@atelier/contracts/agents';
import { Badge } from '@atelier/ui/badge';
import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { showToast } from '../../shell/toast-store.ts';
import type { AgentChanges } from './use-agents.ts';
import { VersionPatch } from './version-patch.tsx';

interface AgentVersionsProps {
  readonly agent: AgentDto;
  /** Null: they may be looked at only. */
  readonly changes: AgentChanges | null;
  readonly onClose: () => void;
}

/** What an agent was, the newest first, with what each version changed; an older one can be put in use again. */
export function AgentVersions({ agent, changes, onClose }: AgentVersionsProps) {
  const { t, i18n } = useTranslation('agents');
  const { t: tCommon } = useTranslation();
  const [before, setBefore] = useState<readonly (number | null)[]>([null]);
  const pages = trpc.useQueries((t) => before.map((from) => t.agents.versions({ agentId: agent.id, before: from })));
  const current = trpc.agents.get.useQuery({ agentId: agent.id });
  const failed = pages.find(({ isError, data }) => isError && !data);
  const items = pages.flatMap(({ data }) => data?.items ?? []);
  const last = pages.at(-1);
  const dates = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });

  function restore({ number }: AgentVersionDto): void {
    if (!changes || !current.data) return;
    changes.restoreVersion.mutate(
      { agentId: agent.id, revision: current.data.revision, version: number },
      { onSuccess: () => showToast({ text: t('restored', { number }) }) },
    );
  }
  return (
    <Dialog
      title={t('versionsOf', { name: agent.name })}
      closeLabel={tCommon('common.close')}
      onClose={onClose}
      className="sm:w-[680px]"
    >
      <div className="max-h-[min(640px,calc(100dvh-120px))] overflow-y-auto p-5 text-2">
        {failed && <LoadError error={failed.error} onRetry={() => void failed.refetch()} />}
        {last?.isPending && items.length === 0 && <Skeleton className="h-40 w-full" />}
        <ol aria-label={t('versions')}>
          {items.map((version) => (
            <li key={version.number} className="border-line py-3 not-first:border-t first:pt-0">
              <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
                <h3 className="font-semibold">{t('version', { number: version.number })}</h3>
                {version.isCurrent && <Badge tone="good">{t('inUse')}</Badge>}
                <span className="min-w-0 flex-1 break-words text-soft">
                  {version.author?.name ?? t('authorGone')} · {dates.format(new Date(version.createdAt))}
                </span>
                {changes && !version.isCurrent && (
                  <Button
                    aria-label={t('useVersionNumber', { number: version.number })}
                    disabled={changes.restoreVersion.isPending || !current.data}
                    onClick={() => restore(version)}
                  >
                    {t('useVersion')}
                  </Button>
                )}
              </div>
              <VersionPatch version={version} />
            </li>
          ))}
        </ol>
        {last?.data?.hasOlder && (
          <Button onClick={() => setBefore([...before, items.at(-1)?.number ?? null])}>{t('older')}</Button>
        )}
      </div>
    </Dialog>
  );
}
