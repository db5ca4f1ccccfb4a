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
    return this.#loopback;
  }

  get #loopback(): readonly string[] {
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
   * Whether a request calls us by a name of ours. By any other, a page of somebody else could reach us under its own
   * domain and pass for one of our pages. Loopback names of our port are ours for callers on this machine.
   */
  allowsHost(request: IncomingMessage): boolean {
    const host = request.headers.host?.toLowerCase() ?? '';
    if (this.list.some((origin) => namesOf(origin).includes(host))) return true;
    return isLoopback(request.socket.remoteAddress) && this.#loopback.some((origin) => namesOf(origin).includes(host));
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

/** How an origin may be written in `Host`: the port of its scheme may be left out. */
function namesOf(origin: string): readonly string[] {
  const { host, hostname, port, protocol } = new URL(origin);
  return port === '' ? [host, `${hostname}:${protocol === 'https:' ? 443 : 80}`] : [host];
}

/** Whether a connection comes from this machine. */
export function isLoopback(address: string | undefined): boolean {
  return address === '::1' || address?.startsWith('127.') === true || address?.startsWith('::ffff:127.') === true;
}
