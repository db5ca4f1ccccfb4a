import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from './limit-subject.ts';

const perSeconds = 60;
const delayMs = 1000;
/** An answer that waits holds its connection: whoever opens thousands is answered at once instead. */
const maxWaiting = 1000;

/**
 * Lets the refused wait who are refused all the time. A limit that is used up costs its owner nothing, and every further
 * attempt costs this process a little: answered a second late, a program that tries without a pause tries once a second.
 * What is granted is never late.
 */
export class LateRefusals {
  readonly #refused: RateLimiterMemory;
  #waiting = 0;

  /** So many refusals a minute are answered at once, by the address they go to. */
  constructor(points: number) {
    this.#refused = new RateLimiterMemory({ points, duration: perSeconds });
  }

  /** Before an address is told that it is refused. */
  async hold(ip: string): Promise<void> {
    if (!(await this.#isTooMany(ip)) || this.#waiting >= maxWaiting) return;
    this.#waiting += 1;
    await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    this.#waiting -= 1;
  }

  async #isTooMany(ip: string): Promise<boolean> {
    try {
      await this.#refused.consume(networkOf(ip));
      return false;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return true;
      throw refusal;
    }
  }
}
