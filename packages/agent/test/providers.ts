import type { ProviderKind } from '@atelier/contracts/models';
import type { ModelServer } from '@atelier/model-server/model-server';
import { createModel } from '../src/models/create-model.ts';
import type { ModelSpec, ProviderSpec } from '../src/models/model-spec.ts';
import { type AnyTool, type Model, ModelError, type ModelPart, type PromptMessage } from '../src/ports.ts';

export const kinds = ['openai', 'anthropic', 'google', 'openai_compatible'] as const satisfies readonly ProviderKind[];

/** The scripted server as a provider of this kind. */
export function providerSpec(server: ModelServer, kind: ProviderKind, over: Partial<ProviderSpec> = {}): ProviderSpec {
  const baseUrl = kind === 'google' ? server.googleUrl : server.url;
  return { id: 'p1', name: 'Together', kind, baseUrl, apiKey: server.key, ...over };
}

export function modelSpec(provider: ProviderSpec, over: Partial<ModelSpec> = {}): ModelSpec {
  return {
    provider,
    id: 'scripted',
    label: 'Scripted',
    features: { tools: true, images: true, reasoning: true },
    contextWindow: null,
    maxOutputTokens: 30_000,
    price: null,
    ...over,
  };
}

export interface Answer {
  readonly parts: readonly ModelPart[];
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly Extract<ModelPart, { type: 'tool_call' }>[];
  readonly usage: Extract<ModelPart, { type: 'finish' }>['usage'] | undefined;
  readonly error: ModelError | null;
  readonly thrown: unknown;
}

interface Question {
  readonly messages: string | readonly PromptMessage[];
  readonly tools?: readonly AnyTool[];
  readonly signal?: AbortSignal;
  /** Sees each part as it comes. */
  readonly onPart?: (part: ModelPart) => void;
}

/** Asks a model to the end, and tells what came and how it ended. */
export async function ask(model: Model | ModelSpec, question: Question | string): Promise<Answer> {
  const {
    messages,
    tools = [],
    signal,
    onPart,
  }: Question = typeof question === 'string' ? { messages: question } : question;
  const asked = 'stream' in model ? model : createModel(model);
  const parts: ModelPart[] = [];
  let thrown: unknown = null;
  try {
    const stream = asked.stream({
      system: 'Be brief.',
      messages: typeof messages === 'string' ? [{ role: 'user', text: messages }] : messages,
      tools,
      signal: signal ?? new AbortController().signal,
    });
    for await (const part of stream) {
      parts.push(part);
      onPart?.(part);
    }
  } catch (error) {
    thrown = error;
  }
  return { ...toldIn(parts), parts, thrown, error: thrown instanceof ModelError ? thrown : null };
}

function toldIn(parts: readonly ModelPart[]) {
  const said = (type: 'text' | 'reasoning') =>
    parts.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
  return {
    text: said('text'),
    reasoning: said('reasoning'),
    calls: parts.filter((part) => part.type === 'tool_call'),
    usage: parts.flatMap((part) => (part.type === 'finish' ? [part.usage] : [])).at(-1),
  };
}

/** The numbers of the words that the scripted server wrote. */
export function wordsIn(text: string): readonly number[] {
  return [...text.matchAll(/t(\d{6})/g)].map(([, number]) => Number(number));
}
