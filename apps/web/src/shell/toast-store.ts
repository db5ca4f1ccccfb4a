import { ValueStore } from '../platform/value-store.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
  /** Until then (by `performance.now()`) trying again is of no use; null: it may be tried at once. */
  readonly retryAt: number | null;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export const toasts = new ValueStore<readonly Toast[]>([]);
let lastId = 0;

/** Says something in passing; three at most are seen at a time. */
export function showToast(toast: {
  readonly text: string;
  readonly isError?: boolean;
  readonly retryAt?: number | null;
  readonly action?: Toast['action'];
}) {
  lastId += 1;
  const { text, isError = false, retryAt = null, action } = toast;
  toasts.set([...toasts.value.slice(-2), { id: lastId, text, isError, retryAt, ...(action ? { action } : {}) }]);
}

export function dismissToast(id: number): void {
  toasts.set(toasts.value.filter((toast) => toast.id !== id));
}
