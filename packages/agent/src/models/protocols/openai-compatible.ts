import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ModelSpec } from '../model-spec.ts';
import { type Protocol, pick } from '../protocol.ts';

/**
 * Any server that speaks OpenAI's chat completions. No common parameter asks such servers for thoughts, and an unknown
 * one is refused by many: what they tell of themselves is shown.
 */
export function openaiCompatibleProtocol({ provider, id }: ModelSpec, fetch: typeof globalThis.fetch): Protocol {
  let tellsReasoningContent = false;
  const compatible = createOpenAICompatible({
    name: 'compatible',
    baseURL: provider.baseUrl,
    includeUsage: true,
    fetch,
    metadataExtractor: {
      extractMetadata: async () => undefined,
      createStreamExtractor: () => ({
        processChunk: (chunk) => {
          tellsReasoningContent ||= hasReasoningContent(chunk);
        },
        buildMetadata: () => undefined,
      }),
    },
    ...(provider.apiKey === '' ? {} : { apiKey: provider.apiKey }),
  });
  return {
    model: compatible(id),
    dataKey: 'compatible',
    prepare: (prompt) => ({ prompt }),
    // Who tells thoughts as `reasoning_content` (DeepSeek, Moonshot) demands them back with the calls; who tells them
    // otherwise (Groq) refuses that field. Gemini behind this protocol signs its calls.
    keep: (type, metadata) => {
      if (type === 'tool_call') return pick(metadata, 'thoughtSignature');
      return tellsReasoningContent ? { field: 'reasoning_content' } : undefined;
    },
  };
}

function hasReasoningContent(chunk: unknown): boolean {
  const choice = first(fieldOf(chunk, 'choices'));
  const said = fieldOf(fieldOf(choice, 'delta'), 'reasoning_content');
  return typeof said === 'string' && said !== '';
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
}
