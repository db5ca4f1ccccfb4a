import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { jsonSchema, type ModelMessage, streamText, type ToolSet, tool } from 'ai';
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
    stream: (request) => stream(languageModel, options.model, request),
  };
}

async function* stream(
  model: Parameters<typeof streamText>[0]['model'],
  name: string,
  request: ModelRequest,
): AsyncGenerator<ModelPart, void> {
  const result = streamText({
    model,
    instructions: request.system,
    messages: request.messages.map(toSdkMessage),
    tools: toSdkTools(request.tools),
    abortSignal: request.signal,
    maxRetries: 0,
    // Failures are read from the stream; the SDK would print them otherwise.
    onError: () => undefined,
  });
  const names = new Map<string, string>();
  let hasFinished = false;
  try {
    for await (const part of result.stream) {
      switch (part.type) {
        case 'text-delta':
          if (part.text !== '') yield { type: 'text', text: part.text };
          break;
        case 'reasoning-delta':
          if (part.text !== '') yield { type: 'reasoning', text: part.text };
          break;
        case 'tool-input-start':
          names.set(part.id, part.toolName);
          break;
        case 'tool-input-delta':
          yield { type: 'tool_input', callId: part.id, name: names.get(part.id) ?? '', text: part.delta };
          break;
        case 'tool-call':
          yield {
            type: 'tool_call',
            callId: part.toolCallId,
            name: part.toolName,
            inputText: typeof part.input === 'string' ? part.input : JSON.stringify(part.input),
          };
          break;
        case 'error':
          throw part.error;
        case 'finish':
          // A stream that just stops has no reason to have stopped.
          hasFinished = part.rawFinishReason !== undefined;
          yield {
            type: 'finish',
            usage: {
              inputTokens: part.totalUsage.inputTokens ?? 0,
              outputTokens: part.totalUsage.outputTokens ?? 0,
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

function toSdkTools(tools: readonly AnyTool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, input }) => [
      name,
      tool({ description, inputSchema: jsonSchema(schemaOf(input)) }),
    ]),
  );
}

const schemas = new WeakMap<z.ZodType, Parameters<typeof jsonSchema>[0]>();

/** The schema as providers take it, made once. Arguments are checked by us, so that a wrong call can be answered. */
function schemaOf(input: z.ZodType) {
  const known = schemas.get(input);
  if (known) return known;
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' });
  // zod types its output more loosely than the SDK's JSON Schema 7; both are plain JSON Schema.
  const made = schema as Parameters<typeof jsonSchema>[0];
  schemas.set(input, made);
  return made;
}

function toSdkMessage(message: PromptMessage): ModelMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
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
