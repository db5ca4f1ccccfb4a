import type { TFunction } from 'i18next';
import type { Refusal } from './use-submit.ts';

/** What is wrong with a password that the server calls weak, for its field; undefined: it was not that. */
export function weakPassword(refusal: Refusal | null, t: TFunction): string | undefined {
  if (refusal?.code !== 'auth.password_weak') return;
  const { reason } = refusal.details;
  return t(`passwordWeak.${reason === 'common' || reason === 'context' ? reason : 'guessable'}`);
}

/** The rest, for below the form. */
export function otherThanWeak(refusal: Refusal | null): Refusal | null {
  return refusal?.code === 'auth.password_weak' ? null : refusal;
}
