import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient, trpc, trpcClient } from './api.ts';
import { ConfirmationHost } from './auth/confirmation-host.tsx';
import { SignInGate } from './auth/sign-in-gate.tsx';
import { router } from './router.tsx';
import { Toasts } from './shell/toasts.tsx';

export function App() {
  return (
    <trpc.Provider client={trpcClient} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>
        <SignInGate>
          <RouterProvider router={router} />
        </SignInGate>
        <ConfirmationHost />
        <Toasts />
      </QueryClientProvider>
    </trpc.Provider>
  );
}
