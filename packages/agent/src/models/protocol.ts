import type { JSONObject, LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider';

/** How one kind of provider is asked, and what of its answer it wants back. One for each request. */
export interface Protocol {
  readonly model: LanguageModelV4;
  /** Under which name the SDK keeps what is the provider's own. */
  readonly dataKey: string;
  /** The prompt with what this kind wants said in it, and what is asked for beside it. */
  prepare(prompt: LanguageModelV4Prompt): ProtocolOptions;
  /** What of the SDK's metadata has to come back with this part; undefined: nothing. */
  keep(type: 'reasoning' | 'tool_call', metadata: JSONObject): JSONObject | undefined;
}

export type ProtocolOptions = Pick<LanguageModelV4CallOptions, 'prompt' | 'reasoning' | 'providerOptions'>;

/** Those of the fields that are there and say something. */
export function pick(metadata: JSONObject, ...fields: readonly string[]): JSONObject | undefined {
  const found = fields.flatMap((field) => {
    const value = metadata[field];
    return value === undefined || value === null ? [] : [[field, value] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
