import { type AppRouter, errorOf } from '@atelier/client';
import type { TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { ValueStore } from '../platform/value-store.ts';

/** Set while somebody is asked to show that it is them. */
export const confirmation = new ValueStore<{ readonly settle: (isConfirmed: boolean) => void } | null>(null);

let asking: Promise<boolean> | null = null;

/** Asks once for all that waits for it. False when the person does not want to. */
async function askToConfirm(): Promise<boolean> {
  asking ??= new Promise<boolean>((settle) => confirmation.set({ settle })).finally(() => {
    asking = null;
    confirmation.set(null);
  });
  return await asking;
}

/**
 * A change that wants a person who has lately shown that it is them asks for that, and is then made. Who does not want
 * to gets the refusal. One place for all changes: pages know nothing of it.
 */
export function confirmingLink(): TRPCLink<AppRouter> {
  return () =>
    ({ next, op }) =>
      observable((observer) => {
        let current: Unsubscribable | null = null;
        let isOver = false;
        const attempt = (mayAsk: boolean) => {
          current = next(op).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error(error) {
              const isAsked = errorOf(error)?.code === 'auth.confirmation_required';
              if (!mayAsk || op.type !== 'mutation' || !isAsked) return observer.error(error);
              void askToConfirm().then((isConfirmed) => {
                if (isOver) return;
                if (isConfirmed) attempt(false);
                else observer.error(error);
              });
            },
          });
        };
        attempt(true);
        return () => {
          isOver = true;
          current?.unsubscribe();
        };
      });
}
