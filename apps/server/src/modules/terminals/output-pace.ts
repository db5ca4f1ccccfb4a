const sliceMs = 50;
const bytesInSlice = 128 * 1024;

/** Counts output and says when it is enough for a moment: a flood of one terminal takes nobody else's time. */
export class OutputPace {
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | null = null;
  #bytes = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get isOver(): boolean {
    return this.#bytes >= bytesInSlice;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#bytes = 0;
      this.#onChange();
    }, sliceMs).unref();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }
}
