import { errorOf } from '@atelier/client';
import i18next from 'i18next';
import { showToast } from './toast-store.ts';

/** Says what the server refused with, or that it was not reached. */
export function showError(error: unknown): void {
  showToast({ text: errorOf(error)?.message ?? i18next.t('common.failed'), isError: true });
}
