/** Frames that came before the one they wait for. */
const maxWaiting = 16;
/** Pages that type into one terminal. */
const maxWriters = 8;

interface Writer {
  last: number;
  readonly waiting: Map<number, string>;
}

/** Puts frames that come over separate requests in the order they were typed in, each once. */
export class OrderedInput {
  readonly #write: (data: string) => void;
  readonly #writers = new Map<string, Writer>();

  constructor(write: (data: string) => void) {
    this.#write = write;
  }

  /** False when too much waits for a frame that has not come. */
  take(writerId: string, seq: number, data: string): boolean {
    const writer = this.#writers.get(writerId) ?? { last: 0, waiting: new Map<number, string>() };
    // The one that has typed last stands last, so that the longest silent one makes room.
    this.#writers.delete(writerId);
    this.#writers.set(writerId, writer);
    const [oldest] = this.#writers.keys();
    if (this.#writers.size > maxWriters && oldest !== undefined) this.#writers.delete(oldest);
    if (seq <= writer.last) return true;
    if (seq > writer.last + 1 && writer.waiting.size >= maxWaiting) return false;
    writer.waiting.set(seq, data);
    for (let next = writer.waiting.get(writer.last + 1); next !== undefined; ) {
      writer.last += 1;
      writer.waiting.delete(writer.last);
      this.#write(next);
      next = writer.waiting.get(writer.last + 1);
    }
    return true;
  }
}
