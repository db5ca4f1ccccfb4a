import type { IncomingHttpHeaders } from 'node:http';
import type { RefusalKind } from './refusal-kinds.ts';
import type { EventStream } from './sse.ts';

/** One message of the conversation, whatever the protocol calls it. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Media types of the pictures in it. */
  readonly images?: readonly string[];
  /** Tool calls in it. */
  readonly calls?: number;
  /** Thoughts were sent back with it. */
  readonly hasReasoning?: boolean;
}

/** A request, read and found to be in order. */
export interface Asked {
  readonly model: string;
  readonly turns: readonly Turn[];
  readonly tools: readonly string[];
  readonly maxTokens: number | null;
  /** Thoughts were asked for, or are told without asking. */
  readonly thinks: boolean;
}

export interface Tokens {
  /** With what was in the cache. */
  readonly input: number;
  readonly cached: number;
  /** With the reasoning. */
  readonly output: number;
  readonly reasoning: number;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
}

export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'filter';

/** One streamed answer in a protocol's own events. */
export interface AnswerStream {
  readonly events: EventStream;
  text(content: string): Promise<void>;
  reasoning(text: string): Promise<void>;
  toolCall(call: ToolCall): Promise<void>;
  finish(reason: FinishReason, tokens: Tokens): Promise<void>;
  /** The provider's own error in the middle of the stream: it is overloaded. */
  fail(): Promise<void>;
  /** An event that nothing came before, as it should have. */
  outOfOrder(): Promise<void>;
  /** The text of one event, to be broken. */
  textEvent(content: string): string;
}

/** A request that is refused, before each protocol says it in its own shape. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly kind: RefusalKind;
  /** In seconds. */
  readonly retryAfter: number | null;

  constructor(status: number, kind: RefusalKind, message: string, retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

/** What an address of a dialect is for. Google names the model in it. */
export type Route = { readonly to: 'models' } | { readonly to: 'answer'; readonly model?: string };

/** One provider's protocol: addresses, requests, events, errors and the list of models. */
export interface Dialect {
  readonly name: 'chat' | 'responses' | 'anthropic' | 'google';
  route(request: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
  }): Route | null;
  keyIn(headers: IncomingHttpHeaders): string | undefined;
  /** @throws Refusal when the request is not as the real service wants it. */
  read(body: unknown, model: string | undefined): Asked;
  open(events: EventStream, asked: Asked): AnswerStream;
  error(refusal: Refusal): unknown;
  models(names: readonly string[], query: URLSearchParams): unknown;
}

/** The part of a list that a page holds. */
export function pageOf(names: readonly string[], after: string | null, size: number) {
  const start = after === null ? 0 : names.indexOf(after) + 1;
  const items = names.slice(start, start + size);
  return { items, hasMore: start + items.length < names.length };
}
