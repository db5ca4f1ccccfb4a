import type { InstallationSettings } from '@atelier/contracts/installation';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { showToast } from '../../shell/toast-store.ts';

/** Changes a part of what the installation is set to, and shows it. */
export function useChangeSettings(): (changed: Partial<InstallationSettings>) => Promise<void> {
  const { t } = useTranslation('mcp');
  const utils = trpc.useUtils();
  const change = trpc.installation.changeSettings.useMutation();
  return async (changed) => {
    utils.installation.settings.setData(undefined, await change.mutateAsync(changed));
    showToast({ text: t('saved') });
  };
}
