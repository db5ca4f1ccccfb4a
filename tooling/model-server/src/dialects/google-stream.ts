import { signatureOf } from '../checks.ts';
import type { AnswerStream, Asked, FinishReason, Tokens, ToolCall } from '../dialect.ts';
import { type EventStream, eventOf } from '../sse.ts';

export class ContentStream implements AnswerStream {
  readonly events: EventStream;
  readonly #asked: Asked;
  #calls = 0;

  constructor(events: EventStream, asked: Asked) {
    this.events = events;
    this.#asked = asked;
  }

  text(words: string): Promise<void> {
    return this.events.write(this.textEvent(words));
  }

  reasoning(text: string): Promise<void> {
    return this.events.write(this.#parts({ text, thought: true }));
  }

  /** Arguments come whole. What is no JSON cannot be said in this protocol and comes as words where an object belongs. */
  async toolCall({ id, name: called, argumentsText }: ToolCall): Promise<void> {
    const args = readArguments(argumentsText);
    const isFirst = this.#calls === 0;
    this.#calls += 1;
    const signature = isFirst ? { thoughtSignature: signatureOf(this.#asked.model, called) } : {};
    await this.events.write(this.#parts({ functionCall: { id, name: called, args }, ...signature }));
  }

  async finish(reason: FinishReason, tokens: Tokens): Promise<void> {
    const finishReason = { stop: 'STOP', tool_calls: 'STOP', length: 'MAX_TOKENS', filter: 'SAFETY' }[reason];
    const usageMetadata = {
      promptTokenCount: tokens.input,
      cachedContentTokenCount: tokens.cached,
      candidatesTokenCount: tokens.output - tokens.reasoning,
      thoughtsTokenCount: tokens.reasoning,
      totalTokenCount: tokens.input + tokens.output,
    };
    const candidate = { content: { role: 'model', parts: [] }, finishReason, index: 0 };
    await this.events.write(eventOf({ candidates: [candidate], usageMetadata, modelVersion: this.#asked.model }));
    this.events.end();
  }

  fail(): Promise<void> {
    return this.events.write(
      eventOf({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    );
  }

  /** More of a call that nobody has begun. */
  outOfOrder(): Promise<void> {
    return this.events.write(this.#parts({ functionCall: { partialArgs: [], willContinue: true } }));
  }

  textEvent(text: string): string {
    return this.#parts({ text });
  }

  #parts(...parts: readonly object[]): string {
    return eventOf({ candidates: [{ content: { role: 'model', parts }, index: 0 }], modelVersion: this.#asked.model });
  }
}

function readArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
