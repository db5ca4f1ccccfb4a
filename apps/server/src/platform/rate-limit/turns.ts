interface Caller {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets each caller do a few things at a time; what is more waits its turn, in order. Limits allow hundreds of calls a
 * minute: sent all at once they would take every connection to the database, and everybody else would wait.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #callers = new Map<string, Caller>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const caller = this.#callers.get(name) ?? { running: 0, waiting: [] };
    this.#callers.set(name, caller);
    if (caller.running < this.#atOnce) caller.running += 1;
    else await new Promise<void>((resolve) => caller.waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Handed on to the next one, so that nobody who comes meanwhile goes before it.
      const next = caller.waiting.shift();
      if (next) next();
      else {
        caller.running -= 1;
        if (caller.running === 0) this.#callers.delete(name);
      }
    }
  }
}
