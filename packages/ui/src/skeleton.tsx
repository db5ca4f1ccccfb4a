import { clsx } from 'clsx';

/** Stands where content will be, in its shape. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx('pulse rounded-1 bg-active', className)} />;
}
