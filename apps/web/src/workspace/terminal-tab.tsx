import type { SessionId } from '@atelier/contracts/ids';
import { Button } from '@atelier/ui/button';
import { Empty } from '@atelier/ui/empty';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { TerminalList } from './terminal-list.tsx';

/** Shells in the session's sandbox; without a sandbox why there are none, and the line that turns it on. */
export function TerminalTab({ sessionId }: { readonly sessionId: SessionId }) {
  const { t } = useTranslation();
  const about = trpc.system.about.useQuery();
  // Read anew each time: what other pages opened and what has ended is not told.
  const list = trpc.terminals.list.useQuery({ sessionId }, { staleTime: 0, refetchOnMount: 'always' });
  const sandbox = about.data?.capabilities.find(({ name }) => name === 'sandbox');
  if (sandbox && !sandbox.isOn) {
    return (
      <div className="flex flex-col gap-2 p-4 text-2">
        <p className="font-medium">{t('terminal.off')}</p>
        <p className="text-soft">{sandbox.label}</p>
        {sandbox.remedy !== null && <p className="font-mono text-1 break-words text-soft">{sandbox.remedy}</p>}
      </div>
    );
  }
  if (list.isError) {
    return (
      <Empty
        text={t('terminal.loadFailed')}
        action={<Button onClick={() => void list.refetch()}>{t('common.retry')}</Button>}
      />
    );
  }
  if (!list.data) return null;
  return <TerminalList sessionId={sessionId} terminals={list.data.terminals} />;
}
