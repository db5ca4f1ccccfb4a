import type { Usage } from '@atelier/contracts/runs';
import type { HeardCall } from './heard-call.ts';
import { type Model, ModelError, type ModelPart } from './ports.ts';
import type { StepContext } from './run-agent.ts';
import type { Span, SpanAttributes } from './tracer.ts';

/** What every span of a model says of it. */
export function modelAttributes(model: Model): SpanAttributes {
  return {
    'gen_ai.provider.name': model.provider.name,
    'gen_ai.request.model': model.id,
    'atelier.model.label': model.label,
  };
}

/** One attempt at a model, as its span tells it: when the first part came, what it took, and why it failed. */
export class ModelSpan {
  readonly #span: Span;
  readonly #now: () => number;
  readonly #startedAt: number;
  #hasStarted = false;
  #text = '';

  constructor({ trace, step, clock }: StepContext, model: Model, attempt: number) {
    this.#now = () => clock.now().getTime();
    this.#startedAt = this.#now();
    this.#span = trace.start('llm_call', `chat ${model.id}`, {
      attributes: {
        'gen_ai.operation.name': 'chat',
        ...modelAttributes(model),
        'atelier.step': step,
        'atelier.attempt': attempt,
      },
    });
  }

  /** What it is asked. */
  asked(read: () => unknown): void {
    this.#span.content(() => ({ 'gen_ai.input.messages': JSON.stringify(read()) }));
  }

  part(part: Exclude<ModelPart, { type: 'finish' }>): void {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      this.#span.set({ 'atelier.time_to_first_token_ms': this.#now() - this.#startedAt });
    }
    if (part.type === 'text') this.#span.content(() => ({ 'gen_ai.output.messages': this.#added(part.text) }));
  }

  succeeded(usage: Usage, toolCalls: number): void {
    this.#span.end({ attributes: { ...usageAttributes(usage), 'atelier.tool_calls': toolCalls } });
  }

  /** `taken`: what it took all the same; null when it never began to answer. */
  failed(
    error: unknown,
    { isAborted, taken }: { readonly isAborted: boolean; readonly taken: HeardCall['usage'] | null },
  ): void {
    this.#span.end({
      errorType: isAborted ? 'cancelled' : errorTypeOf(error),
      attributes: taken ? { ...usageAttributes(taken.usage), 'atelier.usage_estimated': taken.isEstimated } : {},
    });
  }

  #added(text: string): string {
    this.#text += text;
    return this.#text;
  }
}

function usageAttributes(usage: Usage): SpanAttributes {
  return {
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedInputTokens,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
    'atelier.cost_microdollars': usage.cost,
  };
}

/** The code of what a provider did wrong; anything else is of no known kind. */
export function errorTypeOf(error: unknown): string {
  return error instanceof ModelError ? error.error.code : '_OTHER';
}
