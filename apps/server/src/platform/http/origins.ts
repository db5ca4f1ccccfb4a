import type { IncomingMessage } from 'node:http';

/**
 * The exact origins that may call. With PUBLIC_URL: that one. Without: the loopback names of our port, which only
 * pages on this machine can have.
 */
export class AllowedOrigins {
  readonly #publicUrl: string | null;
  #port: number;

  constructor(publicUrl: string | null, port: number) {
    this.#publicUrl = publicUrl;
    this.#port = port;
  }

  /** The port is known only after listening when it was configured as 0. */
  listensOn(port: number): void {
    this.#port = port;
  }

  get list(): readonly string[] {
    if (this.#publicUrl) return [new URL(this.#publicUrl).origin];
    return ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${this.#port}`);
  }

  /** Where people reach us, without a slash at the end. Never what a request says. */
  get publicUrl(): string {
    return this.#publicUrl ?? `http://localhost:${this.#port}`;
  }

  /**
   * Where to begin what ends at `publicUrl`, for somebody who came by another of our loopback names: their cookies are
   * not seen there. Null for everybody else.
   */
  homeOf(request: IncomingMessage): string | null {
    const host = `http://${request.headers.host}`;
    return this.#publicUrl === null && host !== this.publicUrl && this.allows(host) ? this.publicUrl : null;
  }

  allows(origin: string): boolean {
    return this.list.includes(origin);
  }

  /**
   * Whether a request that may change something comes from our own pages or from no page at all. A request with
   * cookies must say where it comes from; a program without cookies need not.
   */
  allowsRequest(request: IncomingMessage): boolean {
    const { origin, cookie } = request.headers;
    if (origin !== undefined) return this.allows(origin);
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined) return site === 'same-origin' || site === 'none';
    return cookie === undefined;
  }
}
