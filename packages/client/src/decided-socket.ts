/** So long a server is waited for to say hello. */
const helloMs = 10_000;
/** And to say goodbye as well. */
const goodbyeMs = 3000;

/**
 * A WebSocket that does not wait for ever. By the standard it waits for the other side's goodbye before it is closed, and
 * for its hello before it is open. Neither comes when the network has lost a connection without a word, and nobody would
 * open a new one meanwhile.
 */
export class DecidedSocket extends WebSocket {
  #farewell: Event | null = null;

  constructor(url: string | URL) {
    super(url);
    const opening = setTimeout(() => this.close(), helloMs);
    for (const over of ['open', 'close']) this.addEventListener(over, () => clearTimeout(opening), { once: true });
    // The first listener of all: what comes after the farewell is nobody's concern.
    this.addEventListener('close', (event) => {
      if (this.#farewell && event !== this.#farewell) event.stopImmediatePropagation();
    });
  }

  override close(code?: number, reason?: string): void {
    super.close(code, reason);
    const timer = setTimeout(() => {
      this.#farewell = new Event('close');
      this.dispatchEvent(this.#farewell);
    }, goodbyeMs);
    this.addEventListener('close', () => clearTimeout(timer), { once: true });
  }
}
