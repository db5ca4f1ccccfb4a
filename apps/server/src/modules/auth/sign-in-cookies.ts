import type { GrantDto, SignInAnswer } from '@atelier/contracts/auth';
import { AppError } from '@atelier/kernel/app-error';
import type { CookieJar } from '../../platform/http/cookies.ts';
import type { ChallengeCookie } from './challenge-cookie.ts';
import type { Entry } from './second-factor-sign-in.service.ts';
import type { SignInResult } from './sign-ins.service.ts';

/** The cookies by which a browser holds what no script may see. */
export interface SignInCookies {
  readonly refreshCookie: string;
  readonly factorCookie: ChallengeCookie;
}

/** Over HTTP only: a WebSocket cannot set cookies. */
export function jarOf(ctx: { readonly cookies: CookieJar | null }): CookieJar {
  if (!ctx.cookies) throw new AppError('request.invalid');
  return ctx.cookies;
}

/** Puts the refresh token into its cookie. What is left goes into the answer. */
export function keep(jar: CookieJar, name: string, result: SignInResult): GrantDto {
  jar.set(name, result.refreshToken, { expires: result.refreshExpiresAt });
  return result.grant;
}

/** What follows a first factor, as it is answered: signed in, or a challenge for this browser. */
export function answer(jar: CookieJar, cookies: SignInCookies, entry: Entry): SignInAnswer {
  if (entry.kind === 'signed_in') return { status: 'signed_in', ...keep(jar, cookies.refreshCookie, entry.result) };
  cookies.factorCookie.write(jar, entry);
  const { challenge, methods, expiresAt } = entry;
  return { status: 'second_factor', challenge, methods: [...methods], expiresAt: expiresAt.toISOString() };
}
