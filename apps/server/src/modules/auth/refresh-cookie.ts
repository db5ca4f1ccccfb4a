import type { GrantDto } from '@atelier/contracts/auth';
import { AppError } from '@atelier/kernel/app-error';
import type { CookieJar } from '../../platform/http/cookies.ts';
import type { SignInResult } from './sign-ins.service.ts';

/** Over HTTP only: a WebSocket cannot set the cookie that holds the refresh token. */
export function jarOf(ctx: { readonly cookies: CookieJar | null }): CookieJar {
  if (!ctx.cookies) throw new AppError('request.invalid');
  return ctx.cookies;
}

/** Puts the refresh token into its cookie; the rest is for the answer. */
export function keep(jar: CookieJar, name: string, result: SignInResult): GrantDto {
  jar.set(name, result.refreshToken, { expires: result.refreshExpiresAt });
  return result.grant;
}
