import * as z from 'zod';
import { badRequest, checked, imageTypeIn, signatureOf } from '../checks.ts';
import type { AnswerStream, Asked, Dialect, FinishReason, Tokens, ToolCall, Turn } from '../dialect.ts';
import { type EventStream, eventOf } from '../sse.ts';
import { openaiError } from './chat.ts';

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.string().optional(),
});
const callId = z.string().min(1).max(64);

const item = z.union([
  z.strictObject({ role: z.enum(['system', 'developer']), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.array(z.union([inputText, inputImage])).min(1) }),
  z.strictObject({ role: z.literal('assistant'), content: z.string() }),
  z.strictObject({
    type: z.literal('function_call'),
    call_id: callId,
    name: z.string().regex(/^[\w-]{1,64}$/),
    arguments: z.string(),
  }),
  z.strictObject({ type: z.literal('function_call_output'), call_id: callId, output: z.string() }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: z.string().regex(/^rs_/),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    encrypted_content: z.string(),
  }),
]);
type Item = z.infer<typeof item>;

const request = z.strictObject({
  model: z.string(),
  input: z.array(item).min(1),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: z.string(),
        description: z.string().optional(),
        parameters: z.record(z.string(), z.unknown()),
        strict: z.boolean().optional(),
      }),
    )
    .optional(),
  tool_choice: z.enum(['auto', 'none', 'required']).optional(),
  stream: z.literal(true),
  store: z.literal(false, { error: 'Here nothing is stored: say store false.' }),
  include: z.array(z.literal('reasoning.encrypted_content')).optional(),
  reasoning: z
    .strictObject({ effort: z.string().optional(), summary: z.enum(['auto', 'concise', 'detailed']).optional() })
    .optional(),
  max_output_tokens: z.number().int().min(1).optional(),
});

/** OpenAI's Responses. */
export const responses: Dialect = {
  name: 'responses',
  route: ({ method, path }) => (method === 'POST' && path === '/v1/responses' ? { to: 'answer' } : null),
  keyIn: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  read(body) {
    const read = checked(request, body);
    checkCalls(read.input);
    checkReasoning(read.model, read.input);
    return {
      model: read.model,
      turns: toTurns(read.input),
      tools: (read.tools ?? []).map(({ name }) => name),
      maxTokens: read.max_output_tokens ?? null,
      thinks: read.reasoning?.summary !== undefined,
    };
  },
  open: (events, asked) => new ResponseStream(events, asked),
  error: openaiError,
  models: () => ({ object: 'list', data: [] }),
};

function checkCalls(items: readonly Item[]): void {
  const calls = items.flatMap((each) => ('type' in each && each.type === 'function_call' ? [each.call_id] : []));
  const outputs = items.flatMap((each) =>
    'type' in each && each.type === 'function_call_output' ? [each.call_id] : [],
  );
  if (new Set(calls).size !== calls.length) throw badRequest('Duplicate call id.');
  const unanswered = calls.find((id) => !outputs.includes(id));
  if (unanswered) throw badRequest(`No tool output found for function call ${unanswered}.`);
  const uncalled = outputs.find((id) => !calls.includes(id));
  if (uncalled) throw badRequest(`No tool call found for function call output with call_id ${uncalled}.`);
}

/** A thought comes back whole, and before what it led to. */
function checkReasoning(model: string, items: readonly Item[]): void {
  for (const [index, each] of items.entries()) {
    if (!('type' in each) || each.type !== 'reasoning') continue;
    const words = each.summary.map(({ text }) => text).join('');
    if (each.encrypted_content !== signatureOf(model, words)) {
      throw badRequest(`The encrypted content for item ${each.id} could not be verified.`);
    }
    const next = items[index + 1];
    const isFollowed = next && ('type' in next ? next.type === 'function_call' : next.role === 'assistant');
    if (!isFollowed) {
      throw badRequest(`Item '${each.id}' of type 'reasoning' was provided without its required following item.`);
    }
  }
}

/** Neighbouring items of the model are one answer of it. */
function toTurns(items: readonly Item[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const each of items) {
    const turn = toTurn(each);
    const last = turns.at(-1);
    if (turn.role === 'assistant' && last?.role === 'assistant') {
      turns[turns.length - 1] = {
        role: 'assistant',
        text: last.text + turn.text,
        calls: (last.calls ?? 0) + (turn.calls ?? 0),
        hasReasoning: last.hasReasoning || turn.hasReasoning || false,
      };
    } else turns.push(turn);
  }
  return turns;
}

function toTurn(each: Item): Turn {
  if ('type' in each) {
    if (each.type === 'function_call') return { role: 'assistant', text: '', calls: 1 };
    if (each.type === 'reasoning') return { role: 'assistant', text: '', hasReasoning: true };
    return { role: 'tool', text: each.output };
  }
  if (each.role === 'assistant') return { role: 'assistant', text: each.content };
  if (each.role !== 'user') return { role: 'system', text: each.content };
  return {
    role: 'user',
    text: each.content.map((part) => (part.type === 'input_text' ? part.text : '')).join(''),
    images: each.content.flatMap((part) => (part.type === 'input_image' ? [imageTypeIn(part.image_url)] : [])),
  };
}

class ResponseStream implements AnswerStream {
  readonly events: EventStream;
  readonly #asked: Asked;
  readonly #id = `resp_${Date.now().toString(36)}`;
  #sequence = 0;
  #index = -1;
  #open: { readonly type: 'message' | 'reasoning'; readonly id: string; text: string } | null = null;
  #hasBegun = false;

  constructor(events: EventStream, asked: Asked) {
    this.events = events;
    this.#asked = asked;
  }

  async text(content: string): Promise<void> {
    const { id } = await this.#within('message');
    await this.#send('response.output_text.delta', {
      item_id: id,
      output_index: this.#index,
      content_index: 0,
      delta: content,
    });
  }

  async reasoning(text: string): Promise<void> {
    const thought = await this.#within('reasoning');
    thought.text += text;
    const place = { item_id: thought.id, output_index: this.#index, summary_index: 0 };
    await this.#send('response.reasoning_summary_text.delta', { ...place, delta: text });
  }

  async toolCall({ id, name, argumentsText }: ToolCall): Promise<void> {
    await this.#close();
    this.#index += 1;
    const item = { type: 'function_call', id: `fc_${this.#index}`, call_id: id, name };
    const place = { output_index: this.#index };
    await this.#send('response.output_item.added', {
      ...place,
      item: { ...item, arguments: '', status: 'in_progress' },
    });
    for (const delta of argumentsText.match(/[\s\S]{1,12}/g) ?? []) {
      await this.#send('response.function_call_arguments.delta', { ...place, item_id: item.id, delta });
    }
    const done = { ...place, item_id: item.id, name, arguments: argumentsText };
    await this.#send('response.function_call_arguments.done', done);
    await this.#send('response.output_item.done', {
      ...place,
      item: { ...item, arguments: argumentsText, status: 'completed' },
    });
  }

  async finish(reason: FinishReason, tokens: Tokens): Promise<void> {
    await this.#close();
    const usage = {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: tokens.cached },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.input + tokens.output,
    };
    const why = { length: 'max_output_tokens', filter: 'content_filter', stop: null, tool_calls: null }[reason];
    const status = why === null ? 'completed' : 'incomplete';
    const details = why === null ? null : { reason: why };
    await this.#send(`response.${status}`, { response: { ...this.#head(status), incomplete_details: details, usage } });
    this.events.end();
  }

  async fail(): Promise<void> {
    const error = { code: 'server_error', message: 'The server had an error while processing your request.' };
    await this.#send('response.failed', { response: { ...this.#head('failed'), error, incomplete_details: null } });
  }

  async outOfOrder(): Promise<void> {
    await this.#send('response.output_item.done', {
      output_index: 7,
      item: { type: 'function_call', id: 'fc_7', name: 'never_begun', arguments: '{}', status: 'completed' },
    });
  }

  textEvent(delta: string): string {
    return this.#event('response.output_text.delta', {
      item_id: `msg_${this.#index}`,
      output_index: this.#index,
      delta,
    });
  }

  #head(status: string) {
    return { id: this.#id, object: 'response', created_at: 0, model: this.#asked.model, status, error: null };
  }

  /** The item that is being written, begun when it is another one. */
  async #within(type: 'message' | 'reasoning') {
    if (this.#open?.type === type) return this.#open;
    await this.#close();
    this.#index += 1;
    const id = `${type === 'message' ? 'msg' : 'rs'}_${this.#id}_${this.#index}`;
    const item =
      type === 'message'
        ? { type, id, role: 'assistant', content: [] }
        : { type, id, summary: [], encrypted_content: '' };
    await this.#send('response.output_item.added', { output_index: this.#index, item });
    if (type === 'reasoning') {
      const place = { item_id: id, output_index: this.#index, summary_index: 0 };
      await this.#send('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } });
    }
    const opened = { type, id, text: '' };
    this.#open = opened;
    return opened;
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    const { type, id, text } = open;
    const part = { type: 'summary_text', text };
    if (type === 'reasoning') {
      const place = { item_id: id, output_index: this.#index, summary_index: 0 };
      await this.#send('response.reasoning_summary_part.done', { ...place, part });
    }
    const item =
      type === 'message'
        ? { type, id, role: 'assistant', status: 'completed', content: [] }
        : { type, id, summary: [part], encrypted_content: signatureOf(this.#asked.model, text) };
    await this.#send('response.output_item.done', { output_index: this.#index, item });
  }

  async #send(type: string, body: object): Promise<void> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      await this.events.write(this.#event('response.created', { response: this.#head('in_progress') }));
      await this.events.write(this.#event('response.in_progress', { response: this.#head('in_progress') }));
    }
    await this.events.write(this.#event(type, body));
  }

  #event(type: string, body: object): string {
    this.#sequence += 1;
    return eventOf({ type, sequence_number: this.#sequence, ...body }, type);
  }
}
