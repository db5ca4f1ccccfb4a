import type { PromptMessage } from './ports.ts';

/** Of English text and code, in the usual vocabularies. */
const charactersPerToken = 3.5;
const tokensPerPicture = 1500;
/** What is noted may be off by what tools and templates add, but not by more than this. */
const mostOff = 4;

/** How large prompts are: estimated by their characters, and set right by what the provider last counted. */
export class ContextSize {
  #factor = 1;
  /** A summary was asked for, and did not come about. */
  isGivenUp = false;

  of(system: string, messages: readonly PromptMessage[]): number {
    return Math.ceil(this.#factor * estimate(system, messages));
  }

  /** `counted`: what the provider said that this prompt took. */
  note(system: string, messages: readonly PromptMessage[], counted: number): void {
    if (counted === 0) return;
    this.#factor = Math.min(mostOff, Math.max(1 / mostOff, counted / estimate(system, messages)));
  }
}

/** How many tokens a prompt takes, before any provider has counted one. */
export function estimate(system: string, messages: readonly PromptMessage[]): number {
  return 1 + tokensIn(system.length) + messages.reduce((sum, message) => sum + estimateMessage(message), 0);
}

/** How many tokens so many characters take. */
export function tokensIn(characters: number): number {
  return characters / charactersPerToken;
}

function estimateMessage(message: PromptMessage): number {
  switch (message.role) {
    case 'user':
      return tokensIn(message.text.length) + (message.images?.length ?? 0) * tokensPerPicture;
    case 'assistant':
      return tokensIn(
        message.content.reduce(
          (sum, part) => sum + (part.type === 'tool_call' ? JSON.stringify(part.input).length : part.text.length),
          0,
        ),
      );
    case 'tool':
      return tokensIn(message.results.reduce((sum, { output }) => sum + output.length, 0));
  }
}
