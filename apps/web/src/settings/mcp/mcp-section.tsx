import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { ServerList } from './server-list.tsx';

/** MCP servers that a person can use: their own, and those of the organisation. */
export function McpSection() {
  const { t } = useTranslation('mcp');
  const servers = trpc.mcp.list.useQuery();
  if (servers.isError && !servers.data) {
    return <LoadError error={servers.error} onRetry={() => void servers.refetch()} />;
  }
  if (servers.isPending) return <Skeleton className="h-40 w-full" />;
  const of = (owner: 'person' | 'organisation') => servers.data.items.filter((server) => server.owner === owner);
  return (
    <>
      <Block title={t('own')} text={t('text')}>
        <ServerList
          label={t('own')}
          none={t('ownNone')}
          owner="person"
          servers={of('person')}
          commands={servers.data.commands}
          mayArrange
        />
      </Block>
      <Block title={t('organisation')} text={t('organisationForMembers')}>
        <ServerList
          label={t('organisation')}
          none={t('organisationNone')}
          owner="organisation"
          servers={of('organisation')}
          commands={[]}
          mayArrange={false}
        />
      </Block>
    </>
  );
}
