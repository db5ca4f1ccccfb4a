import type { SignInProvider } from '@atelier/contracts/oauth';
import { trpc } from '../api.ts';

/** The providers that this installation is set up with, in the order of their buttons. */
export function useProviders(): readonly SignInProvider[] {
  return trpc.system.status.useQuery().data?.signInProviders ?? [];
}
