import type { RegistrationRule } from '@atelier/contracts/installation';

/**
 * Whether somebody with this address may make an account without an invitation. A rule that goes by the address lets
 * nobody in who has not shown that it is theirs, or is about to: anybody can type one.
 */
export function allowsRegistration(
  rule: RegistrationRule,
  { email, isProved }: { readonly email: string; readonly isProved: boolean },
): boolean {
  if (rule.mode !== 'domain') return rule.mode === 'open';
  return isProved && rule.domains.includes(email.toLowerCase().split('@').at(-1) ?? '');
}
