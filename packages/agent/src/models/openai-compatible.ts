import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type {
  JSONSchema7,
  LanguageModelV4,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
} from '@ai-sdk/provider';
import * as z from 'zod';
import {
  type AnyTool,
  type Model,
  ModelError,
  type ModelPart,
  type ModelRequest,
  type PromptMessage,
} from '../ports.ts';
import { cutOff, toModelError } from './provider-errors.ts';

export interface OpenAiCompatibleOptions {
  /** Up to and including the version: "https://api.example.com/v1". */
  readonly baseUrl: string;
  /** Empty for servers that want none. */
  readonly apiKey: string;
  readonly model: string;
}

/** Any server that speaks OpenAI's chat completions, through the AI SDK. Tools are run by us, a step at a time. */
export function createOpenAiCompatibleModel(options: OpenAiCompatibleOptions): Model {
  const provider = createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: options.baseUrl,
    includeUsage: true,
    ...(options.apiKey === '' ? {} : { apiKey: options.apiKey }),
  });
  const languageModel = provider(options.model);
  return {
    id: options.model,
    label: `${options.model} at ${new URL(options.baseUrl).host}`,
    isOffline: false,
    provider: { id: 'environment', name: new URL(options.baseUrl).host },
    features: { tools: true, images: false, reasoning: true },
    contextWindow: null,
    price: null,
    stream: (request) => stream(languageModel, options.model, request),
  };
}

/**
 * The provider's own stream, one layer below the SDK's `streamText`: steps, tools and retries are ours, and what that
 * layer adds costs more than half of the work for a token.
 */
async function* stream(model: LanguageModelV4, name: string, request: ModelRequest): AsyncGenerator<ModelPart, void> {
  const names = new Map<string, string>();
  let hasFinished = false;
  try {
    const result = await model.doStream({
      prompt: [{ role: 'system', content: request.system }, ...request.messages.map(toSdkMessage)],
      tools: request.tools.map(toSdkTool),
      abortSignal: request.signal,
    });
    for await (const part of result.stream) {
      switch (part.type) {
        case 'text-delta':
          if (part.delta !== '') yield { type: 'text', text: part.delta };
          break;
        case 'reasoning-delta':
          if (part.delta !== '') yield { type: 'reasoning', text: part.delta };
          break;
        case 'tool-input-start':
          names.set(part.id, part.toolName);
          break;
        case 'tool-input-delta':
          yield { type: 'tool_input', callId: part.id, name: names.get(part.id) ?? '', text: part.delta };
          break;
        case 'tool-call':
          yield { type: 'tool_call', callId: part.toolCallId, name: part.toolName, inputText: part.input };
          break;
        case 'error':
          throw part.error;
        case 'finish':
          // A stream that just stops has no reason to have stopped.
          hasFinished = part.finishReason.raw !== undefined;
          yield {
            type: 'finish',
            usage: {
              inputTokens: part.usage.inputTokens.total ?? 0,
              outputTokens: part.usage.outputTokens.total ?? 0,
            },
          };
          break;
        default:
          break;
      }
    }
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason instanceof ModelError ? request.signal.reason : error;
    throw toModelError(error, name);
  }
  if (!hasFinished && !request.signal.aborted) throw cutOff();
}

function toSdkTool({ name, description, input }: AnyTool): LanguageModelV4FunctionTool {
  return { type: 'function', name, description, inputSchema: schemaOf(input) };
}

const schemas = new WeakMap<z.ZodType, JSONSchema7>();

/** The schema as providers take it, made once. Arguments are checked by us, so that a wrong call can be answered. */
function schemaOf(input: z.ZodType): JSONSchema7 {
  const known = schemas.get(input);
  if (known) return known;
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' });
  // zod types its output more loosely than the SDK's JSON Schema 7; both are plain JSON Schema.
  const made = schema as JSONSchema7;
  schemas.set(input, made);
  return made;
}

function toSdkMessage(message: PromptMessage): LanguageModelV4Message {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content.map((part) =>
          part.type === 'tool_call'
            ? { type: 'tool-call', toolCallId: part.callId, toolName: part.name, input: part.input }
            : { type: part.type, text: part.text },
        ),
      };
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ callId, name, output, isError }) => ({
          type: 'tool-result',
          toolCallId: callId,
          toolName: name,
          output: isError ? { type: 'error-text', value: output } : { type: 'text', value: output },
        })),
      };
  }
}
