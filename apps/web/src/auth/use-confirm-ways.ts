import { trpc } from '../api.ts';
import { hasPasskeys } from './passkey-prompt.ts';

/** By what somebody who is signed in can show again that it is them. */
export type ConfirmWay = 'password' | 'code' | 'passkey';

/** Those that this person has, the most common first; null while that is not known. */
export function useConfirmWays(): readonly ConfirmWay[] | null {
  const accounts = trpc.auth.accounts.useQuery();
  const factors = trpc.secondFactor.status.useQuery();
  if (accounts.isPending || factors.isPending) return null;
  // When one of them cannot be told, a password is what most people have.
  const hasPassword = accounts.data?.items.some(({ provider }) => provider === 'password') ?? true;
  const hasPasskey = hasPasskeys() && (factors.data?.passkeys ?? 0) > 0;
  return [
    ...(hasPassword ? (['password'] as const) : []),
    ...(factors.data?.hasTotp ? (['code'] as const) : []),
    ...(hasPasskey ? (['passkey'] as const) : []),
  ];
}
