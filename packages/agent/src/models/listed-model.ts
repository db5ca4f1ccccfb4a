import * as z from 'zod';

/** A model as its provider's list has it. What the provider does not tell is absent. */
export interface ListedModel {
  /** As its provider names it. */
  readonly id: string;
  /** For people. */
  readonly label?: string;
  /** Tokens of input and output together. */
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
}

/** One answer of a list. `next` asks for what follows. */
export interface ModelPage {
  readonly models: readonly ListedModel[];
  readonly next: string | null;
}

const id = z.string().min(1).max(200);
/** What is no number of tokens is not told: one odd entry does not spoil a list. */
const tokens = z.number().int().positive().max(1_000_000_000).nullish().catch(undefined);
const name = z.string().min(1).max(200).nullish().catch(undefined);

const openaiModel = z
  .object({
    id,
    name,
    display_name: name,
    /** OpenRouter, Together · Groq · vLLM · Mistral. */
    context_length: tokens,
    context_window: tokens,
    max_model_len: tokens,
    max_context_length: tokens,
    /** Groq · OpenRouter. */
    max_completion_tokens: tokens,
    top_provider: z.object({ max_completion_tokens: tokens }).nullish().catch(undefined),
  })
  .transform((model) =>
    listed(model.id, {
      label: model.display_name ?? model.name,
      contextWindow: model.context_length ?? model.context_window ?? model.max_model_len ?? model.max_context_length,
      maxOutputTokens: model.max_completion_tokens ?? model.top_provider?.max_completion_tokens,
    }),
  );

/** OpenAI and the servers like it: all at once. Together sends the list bare. */
export const openaiPage = z
  .union([z.object({ data: z.array(openaiModel) }).transform(({ data }) => data), z.array(openaiModel)])
  .transform((models): ModelPage => ({ models, next: null }));

const anthropicModel = z
  .object({ id, display_name: name, max_input_tokens: tokens, max_tokens: tokens })
  .transform((model) =>
    listed(model.id, {
      label: model.display_name,
      contextWindow: model.max_input_tokens,
      maxOutputTokens: model.max_tokens,
    }),
  );

export const anthropicPage = z
  .object({ data: z.array(anthropicModel), has_more: z.boolean().default(false), last_id: z.string().nullish() })
  .transform(({ data, has_more, last_id }): ModelPage => ({ models: data, next: has_more ? (last_id ?? null) : null }));

const googleModel = z
  .object({
    name: id,
    displayName: name,
    inputTokenLimit: tokens,
    outputTokenLimit: tokens,
    supportedGenerationMethods: z.array(z.string()).nullish().catch(undefined),
  })
  .transform(({ name, displayName, inputTokenLimit: input, outputTokenLimit: output, supportedGenerationMethods }) => ({
    isForText: supportedGenerationMethods?.includes('generateContent') ?? true,
    // Google limits the input and the output each by itself.
    model: listed(name.replace(/^models\//, ''), {
      label: displayName,
      contextWindow: input && output ? input + output : input,
      maxOutputTokens: output,
    }),
  }));

export const googlePage = z
  .object({ models: z.array(googleModel).default([]), nextPageToken: z.string().nullish() })
  .transform(
    ({ models, nextPageToken }): ModelPage => ({
      models: models.flatMap(({ isForText, model }) => (isForText ? [model] : [])),
      next: nextPageToken || null,
    }),
  );

type Told = { [K in Exclude<keyof ListedModel, 'id'>]: ListedModel[K] | null };

function listed(id: string, { label, contextWindow, maxOutputTokens }: Told): ListedModel {
  return {
    id,
    ...(label ? { label } : {}),
    ...(contextWindow ? { contextWindow } : {}),
    ...(maxOutputTokens ? { maxOutputTokens } : {}),
  };
}
