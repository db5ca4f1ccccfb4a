import { passwordMinLength } from '@atelier/contracts/auth';
import type { TFunction } from 'i18next';

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** What is missing before a new account can be asked for, by field. */
export function problemsOf({ name, email, password }: NewPerson, t: TFunction) {
  return {
    name: name.trim() === '' ? t('auth.nameMissing') : undefined,
    email: isEmail(email) ? undefined : t('auth.emailInvalid'),
    password: shortPassword(password, t),
  };
}

/** Whether it looks like one; the server knows better. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text.trim());
}

export function shortPassword(password: string, t: TFunction): string | undefined {
  return password.length < passwordMinLength ? t('auth.passwordShort', { count: passwordMinLength }) : undefined;
}
