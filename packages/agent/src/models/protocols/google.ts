import { createGoogle } from '@ai-sdk/google';
import type { ModelSpec } from '../model-spec.ts';
import { type Protocol, pick } from '../protocol.ts';

/** Google's Gemini API. */
export function googleProtocol({ provider, id, features }: ModelSpec, fetch: typeof globalThis.fetch): Protocol {
  const google = createGoogle({ baseURL: provider.baseUrl, apiKey: provider.apiKey, fetch });
  return {
    model: google(id),
    dataKey: 'google',
    prepare: (prompt) => ({
      prompt,
      // How much is thought is the model's own choice; here it is only told.
      ...(features.reasoning ? { providerOptions: { google: { thinkingConfig: { includeThoughts: true } } } } : {}),
    }),
    // Signatures stand with the calls; a thought's own words are not asked for.
    keep: (type, metadata) => (type === 'tool_call' ? pick(metadata, 'thoughtSignature') : undefined),
  };
}
