import { Skeleton } from '@atelier/ui/skeleton';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api.ts';
import { CapabilityList } from '../auth/capability-list.tsx';
import { useMay } from '../auth/use-may.ts';
import { formatBytes } from '../platform/format.ts';
import { LoadError } from '../shell/load-error.tsx';
import { Block } from './block.tsx';
import { Facts } from './facts.tsx';

export function AboutSection() {
  const { t, i18n } = useTranslation('settings');
  const mayArrange = useMay('model.administer');
  const about = trpc.system.about.useQuery();
  const bytes = (value: number) => formatBytes(value, i18n.language);
  if (about.isError) return <LoadError error={about.error} onRetry={() => void about.refetch()} />;
  if (!about.data) return <Skeleton className="h-40 w-full" />;
  const { version, model, limits, capabilities } = about.data;
  return (
    <>
      <Block>
        <Facts
          rows={[
            [t('about.version'), version],
            [t('about.model'), model.label],
            [t('about.fileLimit'), bytes(limits.fileBytes)],
            [t('about.workspaceLimit'), bytes(limits.workspaceBytes)],
            [t('about.inlineLimit'), bytes(limits.inlineTextBytes)],
          ]}
        />
      </Block>
      <Block title={t('about.capabilities')}>
        <div className="mt-2">
          <CapabilityList
            capabilities={capabilities}
            toModels={
              mayArrange && (
                <Link
                  to="/settings/$section"
                  params={{ section: 'models' }}
                  className="text-accent underline underline-offset-2"
                >
                  {t('about.addProvider')}
                </Link>
              )
            }
          />
        </div>
      </Block>
    </>
  );
}
