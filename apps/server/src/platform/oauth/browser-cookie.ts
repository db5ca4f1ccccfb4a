import { createHash, randomBytes } from 'node:crypto';
import type { CookieJar } from '../http/cookies.ts';

const shape = /^[\w-]{43}$/;

/**
 * The cookie that binds a sign-in under way to the browser that began it: 256 random bits that mean nothing.
 * SameSite=Lax, since the provider sends the browser back from another site. Over HTTPS it is `__Host-`, which no other
 * host of the domain can plant and which therefore holds for the whole site; without, it is sent below `/auth/oauth` only.
 */
export class BrowserCookie {
  readonly #name: string;
  readonly #path: string;

  constructor(opts: { readonly isSecure: boolean }) {
    this.#name = opts.isSecure ? '__Host-atelier_oauth' : 'atelier_oauth';
    this.#path = opts.isSecure ? '/' : '/auth/oauth';
  }

  /** Gives the browser its cookie, the one it has if there is one: two tabs may sign in at once. Returns its hash. */
  write(jar: CookieJar, expires: Date): Buffer {
    const value = this.#valueIn(jar) ?? randomBytes(32).toString('base64url');
    jar.set(this.#name, value, { expires, sameSite: 'lax', path: this.#path });
    return hashOf(value);
  }

  /** The hash of what the browser shows; null when it shows nothing. */
  read(jar: CookieJar): Buffer | null {
    const value = this.#valueIn(jar);
    return value === null ? null : hashOf(value);
  }

  #valueIn(jar: CookieJar): string | null {
    const value = jar.get(this.#name);
    return value !== undefined && shape.test(value) ? value : null;
  }
}

/** What is stored of a state and of a cookie. Both have 256 random bits, so a plain hash cannot be searched. */
export function hashOf(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
