import { errorOf } from '@atelier/client';
import type { WireError } from '@atelier/contracts/errors';
import type { ErrorCode } from '@atelier/kernel/errors';
import i18next from 'i18next';

/** The server's own words are English. */
let translated: Readonly<Record<ErrorCode, string>> | null = null;

/** Makes `errorText` speak a language. */
export async function loadErrorTexts(language: string): Promise<void> {
  translated = language === 'de' ? (await import('./errors.de.ts')).errorsDe : null;
}

/** What the server refused with, in the language of the page; or that it was not reached. */
export function errorText(error: unknown): string {
  const refused = errorOf(error);
  return refused ? refusalText(refused) : i18next.t('common.failed');
}

export function refusalText({ code, message }: Pick<WireError, 'code' | 'message'>): string {
  return translated?.[code] ?? message;
}
