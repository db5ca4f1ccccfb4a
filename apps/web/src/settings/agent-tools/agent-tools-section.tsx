import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { Block } from '../block.tsx';
import { InternalHostsForm } from './internal-hosts-form.tsx';
import { McpCommands } from './mcp-commands.tsx';
import { WebPagesForm } from './web-pages-form.tsx';

/** What agents of this installation may reach and run beyond their workspace. */
export function AgentToolsSection() {
  const { t } = useTranslation('mcp');
  const settings = trpc.installation.settings.useQuery();
  if (settings.isError && !settings.data) {
    return <LoadError error={settings.error} onRetry={() => void settings.refetch()} />;
  }
  if (settings.isPending) return <Skeleton className="h-60 w-full" />;
  const { webFetch, mcp } = settings.data;
  return (
    <>
      <Block title={t('admin.web')} text={t('admin.webText')}>
        <WebPagesForm key={JSON.stringify(webFetch)} saved={webFetch} />
      </Block>
      <Block title={t('admin.commands')} text={t('admin.commandsText')}>
        <McpCommands saved={mcp} />
      </Block>
      <Block title={t('admin.hosts')} text={t('admin.hostsText')}>
        <InternalHostsForm key={JSON.stringify(mcp.internalHosts)} saved={mcp} />
      </Block>
    </>
  );
}
