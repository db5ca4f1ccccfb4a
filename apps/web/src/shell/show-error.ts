import { errorOf } from '@atelier/client';
import { errorText } from '../i18n/error-text.ts';
import { retryAtOf } from '../platform/retry-at.ts';
import { showToast } from './toast-store.ts';

/** Says what the server refused with, and when to try again; or that it was not reached. */
export function showError(error: unknown): void {
  const refused = errorOf(error);
  // Whoever was asked to confirm and did not want to knows why nothing happened.
  if (refused?.code === 'auth.confirmation_required') return;
  showToast({ text: errorText(error), isError: true, retryAt: retryAtOf(error) });
}
