import { type AppRouter, createClient, errorOf } from '@atelier/client';
import { QueryClient } from '@tanstack/react-query';
import { createTRPCReact } from '@trpc/react-query';
import { confirmingLink } from './auth/confirmation.ts';

/** The one client of this tab: who is signed in, the procedures, the socket. */
export const client = createClient({ url: window.location.origin });

export const trpc = createTRPCReact<AppRouter>();
export const trpcClient = trpc.createClient({ links: [confirmingLink(), ...client.links] });

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal stays one; a server that restarts is back in a moment.
      retry: (failures, error) => failures < 5 && (errorOf(error)?.retryable ?? true),
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5000),
    },
  },
});
