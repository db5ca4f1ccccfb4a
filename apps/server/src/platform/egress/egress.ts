import { isIP } from 'node:net';
import { mayReach } from '@atelier/sandbox/network/address-rules';
import { Agent, fetch } from 'undici';
import { EgressError } from './egress-error.ts';
import { pinnedLookup, type Resolve } from './pinned-lookup.ts';

export interface EgressOptions {
  /** Whether addresses of this machine and of private networks may be reached. */
  readonly allowPrivate: boolean;
  /** Null: any. */
  readonly ports: readonly number[] | null;
  /** Of an answer. */
  readonly maxBytes: number;
  /** From the beginning to the last byte of the answer. */
  readonly maxMs: number;
  /** Gives an answer that points elsewhere to whoever asked, who has to judge the new address; it is refused otherwise. */
  readonly givesRedirects?: boolean;
  /** For tests; the system's otherwise. */
  readonly resolve?: Resolve;
}

export interface Egress {
  /** Takes an address as a text or a URL, and texts or bytes to send. */
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

const connectMs = 10_000;

/**
 * The way out to addresses that people have written down. Web addresses only, without a name and password in them, checked
 * when the connection is made and kept for it; redirects are not followed, and answers have an end.
 * @throws EgressError by `fetch`, as itself or as a cause.
 */
export function openEgress(options: EgressOptions): Egress {
  const { allowPrivate, maxBytes, maxMs, resolve } = options;
  const agent = new Agent({
    // The size of an answer is watched in HTTP/1 only.
    allowH2: false,
    maxResponseSize: maxBytes,
    headersTimeout: maxMs,
    bodyTimeout: maxMs,
    connect: { timeout: connectMs, lookup: pinnedLookup({ allowPrivate, ...(resolve ? { resolve } : {}) }) },
  });

  async function send(input: unknown, init: RequestInit = {}): Promise<Response> {
    const url = checkedUrl(input, options);
    const headers = new Headers(init.headers);
    // What is packed may be a million times as large unpacked.
    headers.set('accept-encoding', 'identity');
    const timeout = AbortSignal.timeout(maxMs);
    const response = await fetch(url, {
      dispatcher: agent,
      redirect: 'manual',
      method: init.method ?? 'GET',
      headers: [...headers],
      body: bodyOf(init.body),
      signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
    const refusal = refusalOf(response, options);
    if (refusal) {
      await response.body?.cancel().catch(() => undefined);
      throw refusal;
    }
    // Node's own fetch is this library: the class is the same, of another copy.
    return response as unknown as Response;
  }
  return { fetch: send, close: async () => await agent.destroy() };
}

function checkedUrl(input: unknown, { allowPrivate, ports }: EgressOptions): URL {
  if (typeof input !== 'string' && !(input instanceof URL)) throw new TypeError('An address is a text or a URL.');
  const url = new URL(input);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new EgressError('scheme');
  if (url.username + url.password !== '') throw new EgressError('credentials');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (ports && !ports.includes(port)) throw new EgressError('port');
  // A socket asks for names only: an address that stands in the URL is checked here.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !mayReach(host, { allowPrivate })) throw new EgressError('address');
  return url;
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('Only texts and bytes are sent.');
}

function refusalOf(
  response: { readonly status: number; readonly headers: { get(name: string): string | null } },
  { givesRedirects = false }: EgressOptions,
) {
  if (!givesRedirects && response.status >= 300 && response.status < 400) return new EgressError('redirect');
  const encoding = response.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  return encoding === 'identity' || encoding === '' ? null : new EgressError('encoding');
}
