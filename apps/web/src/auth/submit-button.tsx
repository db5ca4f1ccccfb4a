import { Button } from '@atelier/ui/button';
import { Spinner } from '@atelier/ui/spinner';
import type { ReactNode } from 'react';
import type { Submission } from './use-submit.ts';

/** What sends a form: not while it is under way, nor while trying again is of no use. */
export function SubmitButton({ of, children }: { readonly of: Submission; readonly children: ReactNode }) {
  return (
    <Button
      type="submit"
      look="primary"
      size="form"
      disabled={of.isBusy || of.isWaiting}
      icon={of.isBusy && <Spinner />}
    >
      {children}
    </Button>
  );
}
