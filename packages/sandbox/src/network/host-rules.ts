/** A host and a port in the form that rules and resolvers take. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Reads `host:port` of a CONNECT. Null when it is none. */
export function readAuthority(authority: string): Destination | null {
  if (!/:\d{1,5}$/.test(authority) || /[/@?#\\\s]/.test(authority)) return null;
  // With "https", and not with "http", so that no port is taken for the default one and lost.
  const url = parse(`https://${authority}`);
  const port = Number(authority.slice(authority.lastIndexOf(':') + 1));
  return url ? destination(url, port) : null;
}

/** Reads the address of a plain request that came to a proxy. Null when it is none. */
export function readUrl(text: string): (Destination & { readonly path: string }) | null {
  const url = parse(text);
  if (url?.protocol !== 'http:' || url.username !== '' || url.password !== '') return null;
  const { host, port } = destination(url, url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port));
  return { host, port, path: `${url.pathname}${url.search}` };
}

/** @param allow `example.com` for itself, `*.example.com` for what is below it, `*` for every host. */
export function isAllowed(host: string, allow: readonly string[]): boolean {
  return allow.some((entry) => {
    const rule = entry.trim().toLowerCase();
    if (rule === '*') return true;
    if (rule.startsWith('*.')) return host.endsWith(rule.slice(1)) && host.length > rule.length - 1;
    return host === rule.replace(/^\[|\]$/g, '');
  });
}

/** The parser writes names in lower case and ASCII, and every spelling of an IPv4 address as four numbers. */
function destination(url: URL, port: number): Destination {
  return { host: url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''), port };
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
