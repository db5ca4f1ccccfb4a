import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerStream, Asked, Tokens } from './dialect.ts';
import type { Position } from './position.ts';
import type { Action, MidStreamFault } from './script.ts';
import { strike } from './strike.ts';

/** Plays the actions of one request into the stream, with the faults that strike in the middle of it. */
export async function answer(stream: AnswerStream, position: Position, asked: Asked): Promise<void> {
  const playing = new Playing(stream, position, asked);
  for (const action of position.actions) {
    await playing.play(action);
    if (playing.hasEnded) return;
  }
  await stream.finish(playing.calls > 0 ? 'tool_calls' : 'stop', playing.tokens);
}

class Playing {
  readonly #stream: AnswerStream;
  readonly #position: Position;
  readonly #asked: Asked;
  readonly #faults: readonly MidStreamFault[];
  readonly #hasSameIds: boolean;
  #word: number;
  #written = 0;
  #thought = 0;
  calls = 0;
  hasEnded = false;

  constructor(stream: AnswerStream, position: Position, asked: Asked) {
    this.#stream = stream;
    this.#position = position;
    this.#asked = asked;
    this.#word = position.wordsBefore;
    this.#hasSameIds = position.actions.some(({ type }) => type === 'same-ids');
    this.#faults = position.actions.flatMap((action) => {
      if (action.type !== 'fault' || !('at' in action.fault)) return [];
      const { fault } = action;
      const isMeant = fault.model === null || fault.model === asked.model;
      return isMeant && fault.at > position.lastWord ? [fault] : [];
    });
  }

  get tokens(): Tokens {
    const input = Math.ceil(JSON.stringify(this.#asked.turns).length / 4);
    const cached = this.#position.actions.find((action) => action.type === 'cached');
    const read = cached?.type === 'cached' ? Math.min(cached.count, input) : 0;
    return { input, cached: read, output: Math.max(1, this.#written + this.#thought), reasoning: this.#thought };
  }

  async play(action: Action): Promise<void> {
    const isResumed = this.#position.lastWord > this.#position.wordsBefore;
    switch (action.type) {
      case 'reason':
        if (!isResumed && this.#asked.thinks) await this.#think(action);
        break;
      case 'say':
        if (!isResumed) await this.#say(action.text);
        break;
      case 'images':
        await this.#say(this.#seenImages());
        break;
      case 'tokens':
        await this.#writeWords(action);
        break;
      case 'endless':
        while (!(await this.#isFull())) await this.#stream.text('and so on '.repeat(100));
        break;
      case 'tool':
        await this.#call(action);
        break;
      default:
        break;
    }
  }

  async #think(action: Extract<Action, { type: 'reason' }>): Promise<void> {
    await paced(action, 0, async (index) => {
      if (await this.#isFull()) return true;
      this.#thought += 1;
      await this.#stream.reasoning(`r${numbered(index)} `);
      return false;
    });
  }

  async #say(text: string): Promise<void> {
    for (const piece of text.match(/\S+\s*/g) ?? []) {
      if (await this.#isFull()) return;
      this.#written += 1;
      await this.#stream.text(piece);
    }
  }

  async #writeWords(action: {
    readonly count: number;
    readonly perSecond: number;
    readonly isStamped?: true;
  }): Promise<void> {
    const done = Math.max(0, Math.min(action.count, this.#position.lastWord - this.#word));
    const first = this.#word;
    this.#word += action.count;
    await paced(action, done, async (index) => {
      if (await this.#isFull()) return true;
      const number = first + index;
      const stamp = action.isStamped ? `@${Date.now()}` : '';
      this.#written += 1;
      await this.#stream.text(`t${numbered(number)}${stamp}${number % 12 === 0 ? '\n' : ' '}`);
      const fault = this.#faults.find((candidate) => candidate.at === number);
      if (fault) this.hasEnded = await strike(this.#stream, fault, this.tokens);
      return this.hasEnded;
    });
  }

  async #call({ name, argumentsText }: Extract<Action, { type: 'tool' }>): Promise<void> {
    const id = this.#hasSameIds
      ? 'call_same'
      : `call_${this.#position.wordsBefore}_${this.calls}_${Date.now().toString(36)}`;
    await this.#stream.toolCall({ id, name, argumentsText });
    this.calls += 1;
  }

  /** The longest answer that was asked for is written: a word is a token here. */
  async #isFull(): Promise<boolean> {
    const { maxTokens } = this.#asked;
    if (this.hasEnded || maxTokens === null || this.#written + this.#thought < maxTokens) return this.hasEnded;
    this.hasEnded = true;
    await this.#stream.finish('length', this.tokens);
    return true;
  }

  #seenImages(): string {
    const types = this.#asked.turns.flatMap(({ images = [] }) => images);
    if (types.length === 0) return 'I was sent no pictures.';
    return `I was sent ${types.length} ${types.length === 1 ? 'picture' : 'pictures'}: ${types.join(', ')}.`;
  }
}

/** Calls `each` with 1, 2, 3 … at the action's pace until it says that the stream has ended. A late timer does not slow the whole: what is due is sent. */
async function paced(
  action: { readonly count: number; readonly perSecond: number },
  done: number,
  each: (index: number) => Promise<boolean>,
): Promise<void> {
  const startedAt = performance.now();
  for (let index = done + 1; index <= action.count; index += 1) {
    if (action.perSecond > 0) {
      const dueAt = startedAt + ((index - done - 1) * 1000) / action.perSecond;
      const wait = dueAt - performance.now();
      if (wait > 0) await sleep(wait);
    }
    if (await each(index)) return;
  }
}

function numbered(value: number): string {
  return String(value).padStart(6, '0');
}
