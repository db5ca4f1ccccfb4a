import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import { largestPicture } from '@atelier/contracts/picture-limits';
import type { AssistantContent, ModelRequest, PromptImage, PromptMessage, ToolResult } from '../ports.ts';
import type { ModelSpec } from './model-spec.ts';
import { openData } from './provider-data.ts';

/** What differs between models in how the conversation is told. */
export interface PromptManner {
  readonly spec: ModelSpec;
  /** Under which name the SDK looks for what a provider wants back. */
  readonly dataKey: string;
}

type AssistantParts = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];
type UserParts = Extract<LanguageModelV4Message, { role: 'user' }>['content'];

/** The conversation as the SDK takes it, without what this model could not read. */
export function toSdkPrompt(
  request: Pick<ModelRequest, 'system' | 'messages'>,
  manner: PromptManner,
): LanguageModelV4Prompt {
  const ids = new CallIds();
  const messages = bridged(request.messages, manner).flatMap((message) => toSdkMessage(message, manner, ids));
  return request.system === '' ? messages : [{ role: 'system', content: request.system }, ...messages];
}

/**
 * A person may speak right after a tool. OpenAI, Anthropic and Google take that; some who speak OpenAI's chat completions
 * want the model to have spoken in between, Mistral among them ("Unexpected role 'user' after role 'tool'").
 */
function bridged(messages: readonly PromptMessage[], { spec }: PromptManner): readonly PromptMessage[] {
  if (spec.provider.kind !== 'openai_compatible') return messages;
  return messages.flatMap((message, index) =>
    message.role === 'user' && messages[index - 1]?.role === 'tool' ? [bridge, message] : [message],
  );
}

const bridge: PromptMessage = { role: 'assistant', content: [{ type: 'text', text: 'I have read that.' }] };

function toSdkMessage(message: PromptMessage, manner: PromptManner, ids: CallIds): readonly LanguageModelV4Message[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userParts(message.text, message.images ?? [], manner) }];
    case 'assistant': {
      const content = message.content.flatMap((part) => assistantParts(part, manner, ids));
      return content.length === 0 ? [] : [{ role: 'assistant', content }];
    }
    case 'tool':
      return [{ role: 'tool', content: message.results.map((result) => toSdkResult(result, ids)) }];
  }
}

/** Pictures stand before the words, where providers read them best. A model without eyes is told of them. */
function userParts(text: string, images: readonly PromptImage[], { spec }: PromptManner): UserParts {
  const words = [text.trim() === '' && images.length === 0 ? noWords : text];
  if (spec.features.images) {
    const canBeShown = ({ data }: PromptImage) => sizeOf(data) <= largestPicture[spec.provider.kind];
    const pictures = images.filter(canBeShown).map(({ name, mediaType, data }) => ({
      type: 'file' as const,
      filename: name,
      mediaType,
      data: { type: 'data' as const, data },
    }));
    const others = images.filter((image) => !canBeShown(image));
    words.push(...others.map(({ name }) => `[The picture "${name}" is larger than you can be shown.]`));
    return [...pictures, ...words.filter((each) => each.trim() !== '').map(toText)];
  }
  words.push(...images.map(({ name }) => `[The picture "${name}" was attached here. You cannot see pictures.]`));
  return [toText(words.filter((each) => each.trim() !== '').join('\n\n'))];
}

/** Bytes of what is written as base64. */
function sizeOf(data: string): number {
  return Math.floor((data.length * 3) / 4);
}

/** Providers refuse a message without words. */
const noWords = '(no text)';

function toText(text: string) {
  return { type: 'text' as const, text };
}

/** Blank text is left out, for it is refused; a thought of another model too, for it is no thought of this one. */
function assistantParts(part: AssistantContent, manner: PromptManner, ids: CallIds): AssistantParts {
  if (part.type === 'text') return part.text.trim() === '' ? [] : [toText(part.text)];
  const data = openData(part.providerData, manner.spec);
  const options = data ? { providerOptions: { [manner.dataKey]: data } } : {};
  if (part.type === 'reasoning') return data ? [{ type: 'reasoning', text: part.text, ...options }] : [];
  const { input } = part;
  const toolName = acceptable(part.name);
  // What a provider signed was its own name for the call.
  const signed = toolName === part.name ? options : {};
  return [{ type: 'tool-call', toolCallId: ids.of(part.callId), toolName, input, ...signed }];
}

function toSdkResult({ callId, name, output, isError }: ToolResult, ids: CallIds) {
  return {
    type: 'tool-result' as const,
    toolCallId: ids.of(callId),
    toolName: acceptable(name),
    output: isError ? { type: 'error-text' as const, value: output } : { type: 'text' as const, value: output },
  };
}

/**
 * Calls are numbered anew in every request. Each provider has its own rule for an id (Anthropic: letters, digits, _
 * and -; OpenAI: 64 characters; Mistral: nine letters and digits), and a conversation may change providers. The same
 * conversation gets the same ids, so that a provider's cache knows it.
 */
class CallIds {
  readonly #known = new Map<string, string>();

  of(callId: string): string {
    const known = this.#known.get(callId);
    if (known !== undefined) return known;
    const made = `call${String(this.#known.size + 1).padStart(5, '0')}`;
    this.#known.set(callId, made);
    return made;
  }
}

/** A model may have made a name up: providers refuse a whole conversation for one that no tool could have. */
function acceptable(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, 64) || '_';
}
