import type { ChainScope } from '@atelier/contracts/chains';
import type { ModelDto } from '@atelier/contracts/models';
import { trpc } from '../../api.ts';

export interface ChainModel {
  readonly id: ModelDto['id'];
  readonly label: string;
  /** The provider's name. */
  readonly provider: string;
}

/** What a chain can be made of: the installation names any of its models, an organisation those that it may use. Undefined while it is loaded. */
export function useChainModels(scope: ChainScope): readonly ChainModel[] | undefined {
  const isInstallation = scope === 'installation';
  const available = trpc.models.available.useQuery(undefined, { enabled: !isInstallation });
  const providers = trpc.providers.list.useQuery(undefined, { enabled: isInstallation });
  const known = providers.data?.items ?? [];
  const lists = trpc.useQueries((t) =>
    isInstallation ? known.map(({ id }) => t.models.list({ providerId: id })) : [],
  );
  if (!isInstallation) return available.data?.models;
  if (!providers.data || lists.some(({ isPending }) => isPending)) return undefined;
  return lists.flatMap(({ data }, index) =>
    (data?.items ?? []).map(({ id, label }) => ({ id, label, provider: known[index]?.name ?? '' })),
  );
}
