import type { RegistrationRule } from '@atelier/contracts/installation';

/** Whether somebody with this address may make an account without an invitation. */
export function allowsRegistration(rule: RegistrationRule, email: string): boolean {
  if (rule.mode !== 'domain') return rule.mode === 'open';
  return rule.domains.includes(email.toLowerCase().split('@').at(-1) ?? '');
}
