import * as z from 'zod';
import { badRequest, checked, imageTypeIn } from '../checks.ts';
import type { AnswerStream, Asked, Dialect, FinishReason, Refusal, Tokens, ToolCall, Turn } from '../dialect.ts';
import { type EventStream, eventOf } from '../sse.ts';

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const imagePart = z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) });
const toolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function'),
  function: z.object({ name: z.string().regex(/^[\w-]{1,64}$/), arguments: z.string() }),
});

const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(z.union([textPart, imagePart])).min(1)]) }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullish(),
    reasoning_content: z.string().nullish(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
type Message = z.infer<typeof message>;

/** Fields that are not used are let through: the servers that speak this protocol know many of their own. */
const request = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) })).default([]),
  max_tokens: z.number().int().positive().optional(),
  stream: z.literal(true),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
});

/** OpenAI's chat completions, as servers that are compatible with them speak it. */
export const chat: Dialect = {
  name: 'chat',
  route: ({ method, path, headers }) => {
    if (method === 'POST' && path === '/v1/chat/completions') return { to: 'answer' };
    const isAnthropic = headers['anthropic-version'] !== undefined;
    return method === 'GET' && path === '/v1/models' && !isAnthropic ? { to: 'models' } : null;
  },
  keyIn: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  read(body) {
    const read = checked(request, body);
    checkCalls(read.messages);
    return {
      model: read.model,
      turns: read.messages.map(toTurn),
      tools: read.tools.map((tool) => tool.function.name),
      maxTokens: read.max_tokens ?? null,
      thinks: true,
    };
  },
  open: (events, asked) => new ChatStream(events, asked),
  error: openaiError,
  models: (names) => ({
    object: 'list',
    data: names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'atelier', context_length: 200_000 })),
  }),
};

const codes = {
  request: null,
  key: 'invalid_api_key',
  model: 'model_not_found',
  rate: 'rate_limit_exceeded',
  quota: 'insufficient_quota',
  context: 'context_length_exceeded',
  filter: 'content_filter',
  overloaded: null,
  server: null,
} as const;

/** OpenAI's error object, for both of its protocols. */
export function openaiError({ kind, message, status }: Refusal) {
  const types = { quota: 'insufficient_quota', rate: 'requests', overloaded: 'server_error', server: 'server_error' };
  const type = Object.hasOwn(types, kind)
    ? Reflect.get(types, kind)
    : status >= 500
      ? 'server_error'
      : 'invalid_request_error';
  return { error: { message, type, param: null, code: codes[kind] } };
}

/** Every call is answered, right after the message that makes it; no answer comes without a call. */
function checkCalls(messages: readonly Message[]): void {
  let open: string[] = [];
  for (const each of messages) {
    if (each.role === 'tool') {
      if (!open.includes(each.tool_call_id)) {
        throw badRequest("Messages with role 'tool' must be a response to a preceding message with 'tool_calls'.");
      }
      open = open.filter((id) => id !== each.tool_call_id);
      continue;
    }
    checkAnswered(open);
    open = each.role === 'assistant' ? (each.tool_calls ?? []).map(({ id }) => id) : [];
    if (new Set(open).size !== open.length) throw badRequest('Duplicate tool call id.');
  }
  checkAnswered(open);
}

function checkAnswered(open: readonly string[]): void {
  if (open.length === 0) return;
  throw badRequest(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. Missing: ${open.join(', ')}.`,
  );
}

function toTurn(each: Message): Turn {
  switch (each.role) {
    case 'user': {
      const parts = typeof each.content === 'string' ? [{ type: 'text' as const, text: each.content }] : each.content;
      return {
        role: 'user',
        text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
        images: parts.flatMap((part) => (part.type === 'image_url' ? [imageTypeIn(part.image_url.url)] : [])),
      };
    }
    case 'assistant':
      return {
        role: 'assistant',
        text: each.content ?? '',
        calls: each.tool_calls?.length ?? 0,
        hasReasoning: Boolean(each.reasoning_content),
      };
    case 'tool':
      return { role: 'tool', text: each.content };
    default:
      return { role: 'system', text: each.content };
  }
}

const reasons = { stop: 'stop', tool_calls: 'tool_calls', length: 'length', filter: 'content_filter' } as const;

class ChatStream implements AnswerStream {
  readonly events: EventStream;
  readonly #head: { readonly id: string; readonly created: number; readonly model: string };
  #calls = 0;

  constructor(events: EventStream, { model }: Asked) {
    this.events = events;
    this.#head = { id: `chatcmpl-${Date.now().toString(36)}`, created: Math.floor(Date.now() / 1000), model };
  }

  text(content: string): Promise<void> {
    return this.events.write(this.textEvent(content));
  }

  reasoning(text: string): Promise<void> {
    return this.events.write(this.#delta({ reasoning_content: text }));
  }

  async toolCall({ id, name, argumentsText }: ToolCall): Promise<void> {
    const index = this.#calls;
    this.#calls += 1;
    const begin = { index, id, type: 'function', function: { name, arguments: '' } };
    await this.events.write(this.#delta({ tool_calls: [begin] }));
    for (const piece of argumentsText.match(/[\s\S]{1,12}/g) ?? []) {
      await this.events.write(this.#delta({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }

  async finish(reason: FinishReason, tokens: Tokens): Promise<void> {
    await this.events.write(this.#event({ choices: [{ index: 0, delta: {}, finish_reason: reasons[reason] }] }));
    const usage = {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
      prompt_tokens_details: { cached_tokens: tokens.cached },
      completion_tokens_details: { reasoning_tokens: tokens.reasoning },
    };
    await this.events.write(this.#event({ choices: [], usage }));
    await this.events.write('data: [DONE]\n\n');
    this.events.end();
  }

  fail(): Promise<void> {
    return this.events.write(eventOf({ error: { message: 'Overloaded.', type: 'overloaded_error', code: 529 } }));
  }

  outOfOrder(): Promise<void> {
    return this.events.write(this.#delta({ tool_calls: [{ index: 7, function: { arguments: '{"a":1}' } }] }));
  }

  textEvent(content: string): string {
    return this.#delta({ content });
  }

  #delta(delta: object): string {
    return this.#event({ choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #event(body: object): string {
    return eventOf({ ...this.#head, object: 'chat.completion.chunk', ...body });
  }
}
