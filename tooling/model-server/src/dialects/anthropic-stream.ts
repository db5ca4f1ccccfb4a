import { signatureOf } from '../checks.ts';
import { type AnswerStream, type Asked, type FinishReason, Refusal, type Tokens, type ToolCall } from '../dialect.ts';
import { anthropicError } from '../errors.ts';
import { type EventStream, eventOf } from '../sse.ts';

export class MessageStream implements AnswerStream {
  readonly events: EventStream;
  readonly #asked: Asked;
  #index = -1;
  #open: { readonly type: 'text' | 'thinking'; text: string } | null = null;
  #hasBegun = false;

  constructor(events: EventStream, asked: Asked) {
    this.events = events;
    this.#asked = asked;
  }

  async text(content: string): Promise<void> {
    await this.#within('text');
    await this.events.write(this.textEvent(content));
  }

  async reasoning(thought: string): Promise<void> {
    const open = await this.#within('thinking');
    open.text += thought;
    await this.#delta({ type: 'thinking_delta', thinking: thought });
  }

  async toolCall({ id: callId, name, argumentsText }: ToolCall): Promise<void> {
    await this.#begin({ type: 'tool_use', id: callId, name, input: {} });
    for (const piece of argumentsText.match(/[\s\S]{1,12}/g) ?? []) {
      await this.#delta({ type: 'input_json_delta', partial_json: piece });
    }
    await this.#send('content_block_stop', { index: this.#index });
  }

  async finish(reason: FinishReason, tokens: Tokens): Promise<void> {
    await this.#close();
    const stop = { stop: 'end_turn', tool_calls: 'tool_use', length: 'max_tokens', filter: 'refusal' }[reason];
    // What was read is said again at the end, as the real service does.
    const usage = {
      input_tokens: tokens.input - tokens.cached,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: tokens.cached,
      output_tokens: tokens.output,
      output_tokens_details: { thinking_tokens: tokens.reasoning },
    };
    await this.#send('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage });
    await this.#send('message_stop', {});
    this.events.end();
  }

  async fail(): Promise<void> {
    await this.events.write(eventOf(anthropicError(new Refusal(529, 'overloaded', 'Overloaded')), 'error'));
  }

  async outOfOrder(): Promise<void> {
    const message = { id: 'msg_another', type: 'message', role: 'assistant', model: this.#asked.model, content: [] };
    await this.#send('message_start', { message: { ...message, usage: { input_tokens: 0, output_tokens: 0 } } });
  }

  textEvent(content: string): string {
    return eventOf(
      { type: 'content_block_delta', index: this.#index, delta: { type: 'text_delta', text: content } },
      'content_block_delta',
    );
  }

  async #within(type: 'text' | 'thinking') {
    if (this.#open?.type === type) return this.#open;
    await this.#begin(type === 'text' ? { type, text: '' } : { type, thinking: '', signature: '' });
    const opened = { type, text: '' };
    this.#open = opened;
    return opened;
  }

  async #begin(block: object): Promise<void> {
    await this.#close();
    this.#index += 1;
    await this.#send('content_block_start', { index: this.#index, content_block: block });
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    if (open.type === 'thinking') {
      await this.#delta({ type: 'signature_delta', signature: signatureOf(this.#asked.model, open.text) });
    }
    await this.#send('content_block_stop', { index: this.#index });
  }

  #delta(delta: object): Promise<void> {
    return this.#send('content_block_delta', { index: this.#index, delta });
  }

  async #send(type: string, body: object): Promise<void> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      const message = { id: 'msg_scripted', type: 'message', role: 'assistant', model: this.#asked.model, content: [] };
      const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
      await this.events.write(
        eventOf({ type: 'message_start', message: { ...message, stop_reason: null, usage } }, 'message_start'),
      );
      await this.events.write(eventOf({ type: 'ping' }, 'ping'));
    }
    await this.events.write(eventOf({ type, ...body }, type));
  }
}
