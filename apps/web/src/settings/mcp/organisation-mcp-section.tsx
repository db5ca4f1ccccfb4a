import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { ServerList } from './server-list.tsx';

/** MCP servers for everybody in the organisation. */
export function OrganisationMcpSection() {
  const { t } = useTranslation('mcp');
  const servers = trpc.mcp.list.useQuery();
  if (servers.isError && !servers.data) {
    return <LoadError error={servers.error} onRetry={() => void servers.refetch()} />;
  }
  if (servers.isPending) return <Skeleton className="h-40 w-full" />;
  return (
    <Block text={t('organisationText')}>
      <ServerList
        label={t('organisation')}
        none={t('organisationNone')}
        owner="organisation"
        servers={servers.data.items.filter(({ owner }) => owner === 'organisation')}
        commands={servers.data.commands}
        mayArrange
      />
    </Block>
  );
}
