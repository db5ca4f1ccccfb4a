import { createOpenAI } from '@ai-sdk/openai';
import type { ModelSpec } from '../model-spec.ts';
import { type Protocol, pick } from '../protocol.ts';

/**
 * OpenAI's Responses. Nothing is stored there: the conversation is ours, so a thought comes back encrypted and goes
 * with its calls again. Thoughts are told as summaries.
 */
export function openaiProtocol({ provider, id, features }: ModelSpec, fetch: typeof globalThis.fetch): Protocol {
  const openai = createOpenAI({ baseURL: provider.baseUrl, apiKey: provider.apiKey, fetch });
  return {
    model: openai.responses(id),
    dataKey: 'openai',
    prepare: (prompt) => ({
      prompt,
      providerOptions: {
        openai: { store: false, ...(features.reasoning ? { forceReasoning: true, reasoningSummary: 'auto' } : {}) },
      },
    }),
    // A call is known by its call id; its own item is not referred to, for it is not stored.
    keep: (type, metadata) =>
      type === 'reasoning' ? pick(metadata, 'itemId', 'reasoningEncryptedContent') : undefined,
  };
}
