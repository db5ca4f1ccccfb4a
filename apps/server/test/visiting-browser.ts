/** Cookies that a site keeps back when another site sends somebody over. */
interface Kept {
  readonly value: string;
  readonly path: string;
  readonly isStrict: boolean;
  readonly line: string;
}

export interface Arrival {
  /** Where it ended: answered without leading on, or not asked any more because `stopAt` said so. */
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Every address on the way, the first and the last included. */
  readonly way: readonly string[];
}

/**
 * As much of a browser as a sign-in by redirects needs: cookies by host and path, SameSite=Strict judged by the whole
 * way (RFC 6265bis, 5.2), redirects, and pages that go on by themselves.
 */
export class VisitingBrowser {
  readonly #cookies = new Map<string, Map<string, Kept>>();
  readonly #headers: Readonly<Record<string, string>>;

  constructor(headers: Readonly<Record<string, string>> = {}) {
    this.#headers = headers;
  }

  /** Types an address and follows where it leads. `stopAt`: this one is not asked any more. */
  async go(address: string, opts: { readonly stopAt?: (url: URL) => boolean } = {}): Promise<Arrival> {
    const way: string[] = [];
    let url = new URL(address);
    let isCrossSite = false;
    for (let hop = 0; hop < 15; hop += 1) {
      way.push(url.href);
      if (opts.stopAt?.(url)) return { url, status: 0, text: '', way };
      const cookie = this.cookieFor(url, { isCrossSite });
      const headers = { ...this.#headers, ...(cookie === '' ? {} : { cookie }) };
      const response = await fetch(url, { redirect: 'manual', headers });
      this.#keep(url, response.headers.getSetCookie());
      const text = await response.text();
      const refresh = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1];
      const next = response.headers.get('location') ?? (refresh && unescaped(refresh));
      if (!next) return { url, status: response.status, text, way };
      const from = url;
      url = new URL(next, from);
      // A page that goes on by itself is a new beginning; a redirect is not.
      isCrossSite = refresh ? from.hostname !== url.hostname : isCrossSite || from.hostname !== url.hostname;
    }
    throw new Error(`It leads nowhere: ${way.join(' → ')}`);
  }

  /** The `Cookie` header for a request to this address. */
  cookieFor(address: URL | string, opts: { readonly isCrossSite?: boolean } = {}): string {
    const { hostname, pathname } = new URL(address);
    return [...(this.#cookies.get(hostname) ?? [])]
      .filter(([, { path, isStrict }]) => pathname.startsWith(path) && !(isStrict && opts.isCrossSite))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  /** The line that set a cookie. */
  lineOf(address: string, name: string): string | undefined {
    return this.#cookies.get(new URL(address).hostname)?.get(name)?.line;
  }

  /** Puts a cookie there, as an answer to a call outside of any page does. */
  take(address: string, lines: readonly string[]): void {
    this.#keep(new URL(address), lines);
  }

  #keep({ hostname }: URL, lines: readonly string[]): void {
    const jar = this.#cookies.get(hostname) ?? new Map<string, Kept>();
    this.#cookies.set(hostname, jar);
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', ...rest] = pair.split('=');
      const path = attributes.find((attribute) => attribute.startsWith('Path='))?.slice(5) ?? '/';
      const isStrict = attributes.some((attribute) => /^SameSite=Strict$/i.test(attribute));
      if (/Expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, { value: rest.join('='), path, isStrict, line });
    }
  }
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
