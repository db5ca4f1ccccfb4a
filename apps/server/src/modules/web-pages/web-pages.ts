import { type WebAnswer, type WebPages, WorkspaceError } from '@atelier/agent/ports';
import type { WebFetchSettings } from '@atelier/contracts/tool-settings';
import { isAllowed } from '@atelier/sandbox/network/host-rules';
import { type EgressRefusal, egressRefusalIn } from '../../platform/egress/egress-error.ts';

/** Of an answer, in bytes. A page for people is smaller. */
export const maxPageBytes = 2 * 1024 * 1024;
/** From the first question to the last byte, of one address. */
export const maxPageMs = 20_000;
const maxRedirects = 5;

export interface WebPagesDeps {
  readonly settings: () => Promise<WebFetchSettings>;
  /** Leads to public addresses only, and gives redirects back. */
  readonly fetch: typeof globalThis.fetch;
}

const refusals: Readonly<Record<EgressRefusal, string>> = {
  scheme: 'Only web addresses can be read.',
  credentials: 'An address with a name or password in it is not read.',
  port: 'Only the ports 80 and 443 can be reached.',
  address: 'This address leads to a machine that cannot be reached from here.',
  redirect: 'This address leads elsewhere.',
  encoding: 'The answer is packed in a way that is not unpacked here.',
};

/**
 * Pages of the web for agents, as far as the installation allows. A redirect is a new address: it is judged as the first
 * one was, and one to another host is given back, because leave was given for this one.
 */
export class AllowedWebPages implements WebPages {
  readonly #deps: WebPagesDeps;
  constructor(deps: WebPagesDeps) {
    this.#deps = deps;
  }

  async fetch(address: string, signal: AbortSignal): Promise<WebAnswer> {
    const { isOn, hosts } = await this.#deps.settings();
    if (!isOn) throw new WorkspaceError('Reading pages of the web is turned off here.');
    let url = new URL(address);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const host = url.hostname.replace(/\.$/, '');
      if (hosts.length > 0 && !isAllowed(host, hosts))
        throw new WorkspaceError(`${host} is not among the hosts that may be read.`);
      const response = await this.#ask(url, signal);
      const target = targetOf(response, url);
      if (target === null) return await this.#read(response, url, signal);
      await response.body?.cancel().catch(() => undefined);
      if (target.hostname !== url.hostname) return { kind: 'elsewhere', url: target.href };
      if (url.protocol === 'https:' && target.protocol !== 'https:') throw new WorkspaceError(refusals.redirect);
      url = target;
    }
    throw new WorkspaceError('This address leads on and on.');
  }

  async #ask(url: URL, signal: AbortSignal): Promise<Response> {
    const headers = {
      accept: 'text/html, text/*;q=0.9, application/json;q=0.8',
      'user-agent': 'Atelier (an agent of a person)',
    };
    try {
      return await this.#deps.fetch(url, { headers, signal });
    } catch (error) {
      throw explained(error, url, signal);
    }
  }

  async #read(response: Response, url: URL, signal: AbortSignal): Promise<WebAnswer> {
    const [mediaType = '', ...parameters] = (response.headers.get('content-type') ?? '').toLowerCase().split(';');
    const charset = parameters.map((one) => /^\s*charset="?([\w-]+)/.exec(one)?.[1]).find((name) => name !== undefined);
    try {
      const text = decoderOf(charset)
        .decode(await response.arrayBuffer())
        .replaceAll('\0', '');
      return { kind: 'page', url: url.href, status: response.status, mediaType: mediaType.trim(), text };
    } catch (error) {
      throw explained(error, url, signal);
    }
  }
}

function targetOf(response: Response, url: URL): URL | null {
  const location = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || location === null) return null;
  return URL.canParse(location, url) ? new URL(location, url) : null;
}

/** A name that nobody knows is taken for UTF-8. */
function decoderOf(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** Why an address was not read, for the model; who stopped the run is told the run. */
function explained(error: unknown, { hostname }: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return error;
  const refusal = egressRefusalIn(error);
  if (refusal) return new WorkspaceError(refusals[refusal]);
  if (isTooLarge(error)) return new WorkspaceError(`The page is larger than ${maxPageBytes / 1024 / 1024} MiB.`);
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new WorkspaceError(`${hostname} took longer than ${maxPageMs / 1000} seconds.`);
  }
  return new WorkspaceError(`${hostname} cannot be reached.`, { cause: error });
}

function isTooLarge(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; depth += 1) {
    if ('code' in cause && cause.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return true;
    cause = cause.cause;
  }
  return false;
}
