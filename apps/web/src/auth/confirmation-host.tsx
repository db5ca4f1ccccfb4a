import { lazy, Suspense } from 'react';
import { useValue } from '../platform/value-store.ts';
import { confirmation } from './confirmation.ts';

const ConfirmationDialog = lazy(async () => ({
  default: (await import('./confirmation-dialog.tsx')).ConfirmationDialog,
}));

/** Where the question stands, whatever page asked for it. */
export function ConfirmationHost() {
  const asked = useValue(confirmation);
  if (!asked) return null;
  return (
    <Suspense>
      <ConfirmationDialog onSettled={asked.settle} />
    </Suspense>
  );
}
