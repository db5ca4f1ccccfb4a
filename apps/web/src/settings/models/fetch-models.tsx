import type { ProviderDto } from '@atelier/contracts/providers';
import { Button } from '@atelier/ui/button';
import { Dialog } from '@atelier/ui/dialog';
import { Skeleton } from '@atelier/ui/skeleton';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api.ts';
import { useOnce } from '../../auth/use-once.ts';
import { LoadError } from '../../shell/load-error.tsx';
import { ModelPicker } from './model-picker.tsx';
import { OutcomeNote } from './outcome-note.tsx';

interface FetchModelsProps {
  readonly provider: ProviderDto;
  readonly onClose: () => void;
}

/** Asks a provider what it has, and offers it for choosing. That the provider fails is said with its cause. */
export function FetchModels({ provider, onClose }: FetchModelsProps) {
  const { t } = useTranslation('models');
  const { t: common } = useTranslation();
  const { id: providerId, name } = provider;
  const fetched = trpc.providers.fetchModels.useMutation();
  const ask = () => fetched.mutate({ providerId });
  useOnce(ask);
  return (
    <Dialog
      title={t('fetched.title', { name })}
      closeLabel={common('common.close')}
      onClose={onClose}
      className="sm:w-[560px]"
    >
      {fetched.isError && (
        <div className="p-5">
          <LoadError error={fetched.error} onRetry={ask} />
        </div>
      )}
      {(fetched.isPending || fetched.isIdle) && (
        <div className="flex flex-col gap-2 p-5">
          <Skeleton className="h-8 w-full" />
          <Skeleton className="h-40 w-full" />
        </div>
      )}
      {fetched.data && !fetched.data.ok && (
        <div className="p-5 text-2">
          <OutcomeNote outcome={fetched.data} latencyMs={null} />
          <Button className="mt-3" onClick={ask}>
            {t('fetched.again')}
          </Button>
        </div>
      )}
      {fetched.data?.ok && <ModelPicker providerId={providerId} models={fetched.data.models} onClose={onClose} />}
    </Dialog>
  );
}
