import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The cookies of one HTTP exchange. */
export interface CookieJar {
  get(name: string): string | undefined;
  /** Sets an HttpOnly cookie; SameSite=Strict and for the whole site unless told otherwise. */
  set(name: string, value: string, opts: CookieOptions): void;
  /** Has to be told the path that the cookie was set with. */
  clear(name: string, opts?: Pick<CookieOptions, 'path'>): void;
  /** Tells the browser to forget what this site keeps in its cache and its storage. */
  clearSiteData(): void;
}

interface CookieOptions {
  readonly expires: Date;
  /** `lax` only for what has to come along when another site sends somebody back. */
  readonly sameSite?: 'strict' | 'lax';
  readonly path?: string;
}

export function cookieJar(request: IncomingMessage, response: ServerResponse, isSecure: boolean): CookieJar {
  const received = parseCookie(request.headers.cookie?.slice(0, 8192) ?? '');
  const write = (name: string, value: string, { expires, sameSite = 'strict', path = '/' }: CookieOptions) =>
    response.appendHeader(
      'Set-Cookie',
      stringifySetCookie({ name, value, expires, path, sameSite, httpOnly: true, secure: isSecure }),
    );
  return {
    get: (name) => received[name],
    set: (name, value, opts) => void write(name, value, opts),
    clear: (name, opts) => void write(name, '', { ...opts, expires: new Date(0) }),
    clearSiteData: () => void response.setHeader('Clear-Site-Data', '"cache", "storage"'),
  };
}
