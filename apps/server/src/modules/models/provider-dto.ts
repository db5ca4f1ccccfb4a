import { type ProviderDto, providerDto, providerPresetId } from '@atelier/contracts/providers';
import type { ProviderRow, ProviderSummary } from './providers.repository.ts';

/** Of the key no more than that it is there. */
export function toProviderDto(row: ProviderSummary): ProviderDto {
  const { keySealed, keyLast4, preset, createdAt, updatedAt, ...rest } = row;
  return providerDto.parse({
    ...rest,
    // One that we no longer offer is none.
    preset: providerPresetId.safeParse(preset).data ?? null,
    key: { set: keySealed !== null, last4: keyLast4 },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

/** What the record may say of a provider. */
export function recordedProvider({ name, kind, baseUrl, isEnabled, access, keySealed }: ProviderRow) {
  return { name, kind, baseUrl, isEnabled, access, hasKey: keySealed !== null };
}
