/** What a run's time is spent on. */
export type SpanKind = 'agent_turn' | 'llm_call' | 'tool_call' | 'retry' | 'fallback' | 'approval_wait' | 'sandbox';

/**
 * What is said of a span, named as the semantic conventions for generative AI name it, and `atelier.*` for what they have
 * no name for: https://opentelemetry.io/docs/specs/semconv/gen-ai/. Never what was said, asked or answered: that goes
 * through `content`.
 */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What was said, asked and answered. */
export const contentAttributes = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
] as const;
export type SpanContent = Readonly<Partial<Record<(typeof contentAttributes)[number], string>>>;

export interface SpanStart {
  readonly attributes?: SpanAttributes;
  /** For what began before anybody could say so; now unless told. */
  readonly startedAt?: Date;
}

export interface SpanEnd {
  readonly attributes?: SpanAttributes;
  /** Why it failed: a code, never a sentence. Without one it did not. */
  readonly errorType?: string | undefined;
  /** Now unless told. */
  readonly endedAt?: Date;
}

/** Where work is told while it is done. What is told of it must never make it fail. */
export interface Tracer {
  start(kind: SpanKind, name: string, start?: SpanStart): Span;
}

/** A piece of work under way; what it starts is part of it. Ended once: what is said after that is lost. */
export interface Span extends Tracer {
  set(attributes: SpanAttributes): void;
  /** Prompts, arguments, outputs. Not even read unless the installation records them. */
  content(read: () => SpanContent): void;
  end(end?: SpanEnd): void;
}

/** Nobody is told. */
export const noTracing: Span = {
  start: () => noTracing,
  set: () => undefined,
  content: () => undefined,
  end: () => undefined,
};
