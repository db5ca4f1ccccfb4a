import { CircleAlert } from 'lucide-react';
import { Countdown } from '../shell/countdown.tsx';
import type { Refusal } from './use-submit.ts';

/** What the server refused with, read out at once. */
export function RefusalNote({ refusal }: { readonly refusal: Refusal | null }) {
  return (
    <div role="alert">
      {refusal && (
        <p className="mb-3 flex gap-1.5 text-2 text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 flex-none" />
          <span>
            {refusal.message} <Countdown until={refusal.retryAt} />
          </span>
        </p>
      )}
    </div>
  );
}
