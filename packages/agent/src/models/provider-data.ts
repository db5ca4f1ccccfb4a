import type { JSONObject } from '@ai-sdk/provider';
import type { ProviderData } from '@atelier/contracts/models';
import type { ModelSpec } from './model-spec.ts';

type Maker = { readonly id: string; readonly provider: Pick<ModelSpec['provider'], 'kind'> };

/** What a provider sent to have it back, as it is kept with the part. */
export function sealData(data: JSONObject, maker: Maker): ProviderData {
  return { kind: maker.provider.kind, model: maker.id, data: JSON.stringify(data) };
}

/** The data as it came, for the model that made it; undefined for every other, which would refuse it. */
export function openData(sealed: ProviderData | undefined, maker: Maker): JSONObject | undefined {
  if (sealed?.kind !== maker.provider.kind || sealed.model !== maker.id) return undefined;
  try {
    const data: unknown = JSON.parse(sealed.data);
    return isObject(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
