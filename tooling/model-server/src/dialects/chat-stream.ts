import type { AnswerStream, Asked, FinishReason, Tokens, ToolCall } from '../dialect.ts';
import { type EventStream, eventOf } from '../sse.ts';

const reasons = { stop: 'stop', tool_calls: 'tool_calls', length: 'length', filter: 'content_filter' } as const;

export class ChatStream implements AnswerStream {
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
