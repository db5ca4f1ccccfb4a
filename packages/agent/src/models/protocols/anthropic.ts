import { createAnthropic } from '@ai-sdk/anthropic';
import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { ModelSpec } from '../model-spec.ts';
import { type Protocol, pick } from '../protocol.ts';

const cached = { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } } as const;

/** Anthropic's Messages. */
export function anthropicProtocol({ provider, id, features }: ModelSpec, fetch: typeof globalThis.fetch): Protocol {
  const anthropic = createAnthropic({ baseURL: provider.baseUrl, apiKey: provider.apiKey, fetch });
  return {
    model: anthropic(id),
    dataKey: 'anthropic',
    prepare: (prompt) =>
      features.reasoning && mayThink(prompt)
        ? { prompt: withCacheMarks(prompt), reasoning: 'medium' }
        : { prompt: withCacheMarks(withoutThoughts(prompt)) },
    keep: (_type, metadata) => pick(metadata, 'signature', 'redactedData'),
  };
}

/**
 * Nothing is cached that is not marked. The instructions are marked, and the end of the conversation: the next step
 * of the same answer finds all but what is new.
 */
function withCacheMarks(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message, index): LanguageModelV4Message => {
    return message.role === 'system' || index === prompt.length - 1 ? { ...message, ...cached } : message;
  });
}

/**
 * An answer that began without a thought of this model (another one began it) must be finished without: a turn whose
 * first calls have no signed thought before them is refused while thinking is on.
 */
function mayThink(prompt: LanguageModelV4Prompt): boolean {
  const turn = prompt.slice(prompt.findLastIndex(({ role }) => role === 'user') + 1);
  const first = turn.find((message) => message.role === 'assistant');
  return first?.role !== 'assistant' || first.content[0]?.type === 'reasoning';
}

/** Thoughts are refused while thinking is off: it may have been on when they were thought. */
function withoutThoughts(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message): LanguageModelV4Message => {
    if (message.role !== 'assistant') return message;
    return { ...message, content: message.content.filter(({ type }) => type !== 'reasoning') };
  });
}
