import { type ChainDto, chainDto } from '@atelier/contracts/chains';
import { type ModelDto, modelList } from '@atelier/contracts/models';
import { type ProviderDto, providerDto } from '@atelier/contracts/providers';
import { ask } from './calls.ts';
import type { RunningProgram } from './running-program.ts';

interface Who {
  readonly token: string;
}

/** Where nobody listens. */
export const nowhereUrl = 'http://127.0.0.1:9/v1';

export async function newProvider(running: RunningProgram, by: Who, given: object = {}): Promise<ProviderDto> {
  const input = { name: 'Lab', kind: 'openai_compatible', baseUrl: nowhereUrl, ...given };
  return await ask(running, by, 'providers.create', input, providerDto);
}

/** All of the provider's models, after these were added. */
export async function addModels(
  running: RunningProgram,
  by: Who,
  providerId: string,
  ...names: readonly string[]
): Promise<readonly ModelDto[]> {
  const input = { providerId, models: names.map((name) => ({ name })) };
  return (await ask(running, by, 'models.add', input, modelList)).items;
}

export async function newChain(
  running: RunningProgram,
  by: Who,
  router: 'chains' | 'installationChains',
  ...modelIds: readonly string[]
): Promise<ChainDto> {
  return await ask(running, by, `${router}.create`, { name: 'Chain', modelIds }, chainDto);
}
