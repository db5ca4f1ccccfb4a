/** The longest output a call gives back; longer ones lie in a file, whole. In UTF-16 code units. */
const maxShown = 24_000;
const headLength = 8000;
/** Viewers are shown so much of an output while it comes. */
const maxStreamed = 100_000;

/** What a command writes: streamed to its viewers up to a bound, and kept whole. */
export class OutputCollector {
  readonly #emit: (text: string) => void;
  readonly #pieces: string[] = [];
  #length = 0;

  constructor(emit: (text: string) => void) {
    this.#emit = emit;
  }

  readonly add = (text: string): void => {
    const before = this.#length;
    this.#pieces.push(text);
    this.#length += text.length;
    if (before >= maxStreamed) return;
    this.#emit(text.slice(0, maxStreamed - before));
    if (this.#length >= maxStreamed) this.#emit('\n[There is more; the end follows when the command is done.]\n');
  };

  get text(): string {
    return this.#pieces.join('');
  }
}

/** The beginning and the end of a long output, and where the whole of it lies. */
export async function boundOutput(text: string, keep: (text: string) => Promise<string>): Promise<string> {
  if (text.length <= maxShown) return text;
  const path = await keep(text);
  const tail = text.slice(-(maxShown - headLength));
  const left = text.length - headLength - tail.length;
  return `${text.slice(0, headLength)}\n[${left} characters are left out here. The whole output is in ${path}.]\n${tail}`;
}
