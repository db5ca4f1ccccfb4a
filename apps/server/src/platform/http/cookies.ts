import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The cookies of one HTTP exchange. */
export interface CookieJar {
  get(name: string): string | undefined;
  /** Sets an HttpOnly, SameSite=Strict cookie for the whole site. */
  set(name: string, value: string, opts: { readonly expires: Date }): void;
  clear(name: string): void;
  /** Tells the browser to forget what this site keeps in its cache and its storage. */
  clearSiteData(): void;
}

export function cookieJar(request: IncomingMessage, response: ServerResponse, isSecure: boolean): CookieJar {
  const received = parseCookie(request.headers.cookie?.slice(0, 8192) ?? '');
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const;
  const write = (name: string, value: string, expires: Date) =>
    response.appendHeader('Set-Cookie', stringifySetCookie({ name, value, expires, ...attributes }));
  return {
    get: (name) => received[name],
    set: (name, value, opts) => void write(name, value, opts.expires),
    clear: (name) => void write(name, '', new Date(0)),
    clearSiteData: () => void response.setHeader('Clear-Site-Data', '"cache", "storage"'),
  };
}
