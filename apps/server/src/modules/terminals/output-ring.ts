/** The last bytes of an endless stream, each known by its offset from the stream's beginning. */
export class OutputRing {
  readonly #bytes: Buffer;
  #end = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  /** The offset after the last byte. */
  get end(): number {
    return this.#end;
  }

  /** The offset of the oldest byte that is left. */
  get start(): number {
    return Math.max(0, this.#end - this.#bytes.length);
  }

  append(chunk: Uint8Array): void {
    const size = this.#bytes.length;
    const kept = chunk.length > size ? chunk.subarray(chunk.length - size) : chunk;
    const at = (this.#end + chunk.length - kept.length) % size;
    const head = kept.subarray(0, size - at);
    this.#bytes.set(head, at);
    this.#bytes.set(kept.subarray(head.length), 0);
    this.#end += chunk.length;
  }

  /** A copy of at most `max` bytes from an offset between `start` and `end`. */
  read(offset: number, max: number): Buffer {
    const length = Math.min(max, this.#end - offset);
    const at = offset % this.#bytes.length;
    const head = this.#bytes.subarray(at, Math.min(at + length, this.#bytes.length));
    return Buffer.concat([head, this.#bytes.subarray(0, length - head.length)]);
  }
}
