import { signatureOf } from '../checks.ts';
import type { AnswerStream, Asked, FinishReason, Tokens, ToolCall } from '../dialect.ts';
import { type EventStream, eventOf } from '../sse.ts';

export class ResponseStream implements AnswerStream {
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
