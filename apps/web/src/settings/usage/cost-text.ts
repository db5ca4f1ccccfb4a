import type { UsageAmounts } from '@atelier/contracts/usage';
import type { TFunction } from 'i18next';
import { formatPrice } from '../models/format-price.ts';

/** What it cost, or that nobody knows, or what it cost at least. */
export function costText({ cost, unpricedCalls }: UsageAmounts, t: TFunction<'money'>, language: string): string {
  if (cost === null) return t('unknown');
  const known = formatPrice(cost, language);
  return unpricedCalls === 0 ? known : t('atLeast', { cost: known });
}

export function tokensOf({ inputTokens, outputTokens }: UsageAmounts): number {
  return inputTokens + outputTokens;
}
