import { type ProviderPreset, type ProviderPresetId, providerPresets } from '@atelier/contracts/provider-presets';
import { baseUrl, createProviderInput } from '@atelier/contracts/providers';

/** What a new provider is made from; `other`: nothing that is known. */
export type PresetChoice = ProviderPresetId | 'other';

/** Null for another one. */
export function presetOf(id: PresetChoice | null): ProviderPreset | null {
  return providerPresets.find((preset) => preset.id === id) ?? null;
}

export function isBaseUrl(text: string): boolean {
  return baseUrl.safeParse(text).success;
}

/** By the server's own rule; an empty one is another matter. */
export function isKey(text: string): boolean {
  return createProviderInput.shape.apiKey.safeParse(text).success;
}
