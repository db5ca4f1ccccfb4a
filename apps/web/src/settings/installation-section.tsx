import type { InstallationSettings } from '@atelier/contracts/installation';
import { Skeleton } from '@atelier/ui/skeleton';
import { trpc } from '../api.ts';
import { LoadError } from '../shell/load-error.tsx';
import { InstallationForm } from './installation-form.tsx';

export function InstallationSection() {
  const settings = trpc.installation.settings.useQuery();
  if (settings.isError && !settings.data) {
    return <LoadError error={settings.error} onRetry={() => void settings.refetch()} />;
  }
  if (settings.isPending) return <Skeleton className="h-60 w-full" />;
  return <InstallationForm key={keyOf(settings.data)} saved={settings.data} />;
}

/** Another administrator's change begins the form anew. */
function keyOf(settings: InstallationSettings): string {
  return JSON.stringify(settings);
}
