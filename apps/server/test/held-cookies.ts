import { type Answer, call, type Way } from './calls.ts';
import type { RunningProgram } from './running-program.ts';

/** A browser as far as its cookies go: what an answer sets is sent from then on, what it clears is not. */
export class HeldCookies {
  readonly #cookies = new Map<string, string>();
  readonly #running: RunningProgram;

  constructor(running: RunningProgram, header = '') {
    this.#running = running;
    for (const pair of header.split('; ').filter((text) => text !== '')) this.plant(pair);
  }

  /** The whole `Cookie` header. */
  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  plant(pair: string): void {
    const [name = '', ...rest] = pair.split('=');
    this.#cookies.set(name, rest.join('='));
  }

  async call(path: string, input?: unknown, way: Way = {}): Promise<Answer> {
    const answer = await call(this.#running, path, input, { ...way, cookie: this.header });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      if (/Expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(pair.split('=', 1)[0] ?? '');
      else this.plant(pair);
    }
    return answer;
  }
}
