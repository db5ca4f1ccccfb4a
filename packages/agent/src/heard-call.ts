import type { Usage } from '@atelier/contracts/runs';
import { estimate, tokensIn } from './context-size.ts';
import { costOf } from './models/cost.ts';
import { toSdkTool } from './models/sdk-tools.ts';
import type { Model, ModelPart, ModelRequest } from './ports.ts';

/** What a model is told in one call. */
export type Prompt = Pick<ModelRequest, 'system' | 'messages' | 'tools'>;

/** What was heard of one call so far, which is what it is counted by, should it be stopped or break off. */
export class HeardCall {
  readonly #model: Model;
  readonly #prompt: Prompt;
  #characters = 0;
  /** By the provider, with the end of its answer. */
  told: Usage | null = null;

  constructor(model: Model, prompt: Prompt) {
    this.#model = model;
    this.#prompt = prompt;
  }

  part(part: ModelPart): void {
    if (part.type === 'finish') this.told = part.usage;
    // The pieces of a call came before it.
    else if (part.type !== 'tool_call') this.#characters += part.text.length;
  }

  /**
   * As the provider told it, or estimated by the lengths of what it was told and said. Of a stream that just ends nothing
   * was counted, whatever its last part says.
   */
  get usage(): { readonly usage: Usage; readonly isEstimated: boolean } {
    const { told } = this;
    if (told && told.inputTokens > 0 && (told.outputTokens > 0 || this.#characters === 0)) {
      return { usage: told, isEstimated: false };
    }
    const { system, messages, tools } = this.#prompt;
    const { price, features } = this.#model;
    const offered = features.tools && tools.length > 0 ? JSON.stringify(tools.map(toSdkTool)) : '';
    const tokens = {
      inputTokens: Math.ceil(estimate(system, messages) + tokensIn(offered.length)),
      outputTokens: Math.ceil(tokensIn(this.#characters)),
    };
    return { usage: price ? { ...tokens, cost: costOf(tokens, price) } : tokens, isEstimated: true };
  }

  /** Nobody charges for what never began to answer. */
  get hasBegun(): boolean {
    return this.told !== null || this.#characters > 0;
  }
}
