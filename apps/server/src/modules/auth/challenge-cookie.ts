import { randomBytes } from 'node:crypto';
import type { CookieJar } from '../../platform/http/cookies.ts';
import { hashLinkSecret } from '../../platform/secrets/link-secrets.ts';

const form = /^([\w-]{43})\.([\w-]{43})$/;

/** What a browser shows: which challenge it was given, and that it was given to this browser. */
export interface HeldChallenge {
  readonly challenge: string;
  readonly browserHash: Buffer;
}

/** A secret for one browser, and what is stored of it. */
export function newBrowserSecret(): { readonly browser: string; readonly browserHash: Buffer } {
  const browser = randomBytes(32).toString('base64url');
  return { browser, browserHash: hashLinkSecret(browser) };
}

/**
 * The cookie that binds a challenge to the browser that was given it: a secret of its own, new each time, so that one
 * which somebody planted before is worth nothing, and the challenge behind it.
 */
export class ChallengeCookie {
  readonly #name: string;

  constructor(opts: { readonly name: 'second_factor' | 'passkey'; readonly isSecure: boolean }) {
    this.#name = `${opts.isSecure ? '__Host-' : ''}atelier_${opts.name}`;
  }

  write(
    jar: CookieJar,
    held: { readonly challenge: string; readonly browser: string; readonly expiresAt: Date },
  ): void {
    jar.set(this.#name, `${held.browser}.${held.challenge}`, { expires: held.expiresAt });
  }

  read(jar: CookieJar): HeldChallenge | null {
    const [, browser, challenge] = form.exec(jar.get(this.#name) ?? '') ?? [];
    return browser && challenge ? { challenge, browserHash: hashLinkSecret(browser) } : null;
  }

  clear(jar: CookieJar): void {
    jar.clear(this.#name);
  }
}
