import { maxInputLength } from '@atelier/contracts/terminals';

/** Between two frames: what is typed steadily stays within what a person may call in a minute. */
const gatherMs = 150;

export interface Frame {
  readonly seq: number;
  readonly data: string;
}

/** How long to wait before the same frame is sent again; null: it never will be taken. */
type RetryAfter = (error: unknown) => number | null;

export interface KeystrokesOptions {
  readonly send: (frame: Frame) => Promise<unknown>;
  readonly retryAfter: RetryAfter;
  readonly onLost: (error: unknown) => void;
}

/** Sends what is typed in order, one frame at a time: the first key at once, what follows within a moment together. */
export class Keystrokes {
  readonly #options: KeystrokesOptions;
  #typed = '';
  #seq = 0;
  #isSending = false;
  #isStopped = false;

  constructor(options: KeystrokesOptions) {
    this.#options = options;
  }

  type(data: string): void {
    this.#typed += data;
    if (!this.#isSending) void this.#sendAll();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#typed !== '' && !this.#isStopped) {
      const data = frameOf(this.#typed);
      this.#typed = this.#typed.slice(data.length);
      this.#seq += 1;
      await this.#deliver({ seq: this.#seq, data });
      await pause(gatherMs);
    }
    this.#isSending = false;
  }

  /** The same frame until it is taken: the server takes each once, so one whose answer was lost does no harm. */
  async #deliver(frame: Frame): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#options.send(frame);
        return;
      } catch (error) {
        const waitMs = this.#options.retryAfter(error);
        if (waitMs === null) {
          this.#typed = '';
          this.stop();
          this.#options.onLost(error);
          return;
        }
        await pause(waitMs);
      }
    }
  }
}

/** As much as one frame holds, without cutting a character in two. */
function frameOf(typed: string): string {
  if (typed.length <= maxInputLength) return typed;
  const isCut = /[\uD800-\uDBFF]/.test(typed.charAt(maxInputLength - 1));
  return typed.slice(0, isCut ? maxInputLength - 1 : maxInputLength);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
