import { type Clock, systemClock } from '@atelier/kernel/clock';

/** The offline model's pause between words in these tests: by its length the clock knows it from other sleeps. */
export const wordMs = 7;

/**
 * Real time, moved by `offsetMs`, in which the offline model speaks as fast as it can until it is held: then a run
 * stands still in the middle of its answer for as long as a test likes.
 */
export class HeldClock implements Clock {
  offsetMs = 0;
  #words = Number.POSITIVE_INFINITY;
  #waiting: (() => void)[] = [];

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Runs that stand still now. */
  get held(): number {
    return this.#waiting.length;
  }

  /** Lets this many words be spoken, by all runs together, and holds what follows. */
  hold(words = 0): void {
    this.#words = words;
  }

  release(): void {
    this.#words = Number.POSITIVE_INFINITY;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== wordMs) return await systemClock.sleep(ms, signal);
    signal?.throwIfAborted();
    this.#words -= 1;
    if (this.#words >= 0) return await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve, reject) => {
      const resume = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#waiting = this.#waiting.filter((other) => other !== resume);
        reject(signal?.reason);
      };
      this.#waiting.push(resume);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}
