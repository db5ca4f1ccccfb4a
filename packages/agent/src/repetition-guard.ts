/** The third identical call in a row is answered with advice, the fifth ends the run. */
const adviseAt = 3;
const stopAt = 5;

/** Notices a model that makes the same call again and again. */
export class RepetitionGuard {
  #last = '';
  #count = 0;

  note(name: string, inputText: string): 'fine' | 'advise' | 'stop' {
    const call = `${name} ${inputText}`;
    this.#count = call === this.#last ? this.#count + 1 : 1;
    this.#last = call;
    if (this.#count >= stopAt) return 'stop';
    return this.#count >= adviseAt ? 'advise' : 'fine';
  }
}
