import {
  type ProviderDto,
  type ProviderHealthDto,
  providerDto,
  providerFailure,
  providerPresetId,
} from '@atelier/contracts/providers';
import type { ProviderRow, ProviderSummary } from './providers.repository.ts';

/** Of the key no more than that it is there. */
export function toProviderDto(row: ProviderSummary, now: Date): ProviderDto {
  const { keySealed, keyLast4, preset, createdAt, updatedAt, ...others } = row;
  const { lastAnsweredAt, lastFailedAt, lastError, restsUntil, ...rest } = others;
  return providerDto.parse({
    ...rest,
    // One that we no longer offer is none.
    preset: providerPresetId.safeParse(preset).data ?? null,
    key: { set: keySealed !== null, last4: keyLast4 },
    health: healthOf({ lastAnsweredAt, lastFailedAt, lastError, restsUntil }, now),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}

/** By what it last did. A rest that is over is none. */
function healthOf(
  {
    lastAnsweredAt,
    lastFailedAt,
    lastError,
    restsUntil,
  }: Pick<ProviderSummary, 'lastAnsweredAt' | 'lastFailedAt' | 'lastError' | 'restsUntil'>,
  now: Date,
): ProviderHealthDto {
  const rests = restsUntil !== null && restsUntil > now;
  const hasFailedLast = lastFailedAt !== null && (lastAnsweredAt === null || lastFailedAt > lastAnsweredAt);
  const state = rests ? 'resting' : hasFailedLast ? 'failing' : lastAnsweredAt === null ? 'unknown' : 'healthy';
  return {
    state,
    lastAnsweredAt: lastAnsweredAt?.toISOString() ?? null,
    lastFailedAt: lastFailedAt?.toISOString() ?? null,
    // One that we no longer know says no more than that it failed.
    lastError: providerFailure.safeParse(lastError).data ?? null,
    restsUntil: rests ? restsUntil.toISOString() : null,
  };
}

/** What the record may say of a provider. */
export function recordedProvider({ name, kind, baseUrl, isEnabled, access, keySealed }: ProviderRow) {
  return { name, kind, baseUrl, isEnabled, access, hasKey: keySealed !== null };
}
