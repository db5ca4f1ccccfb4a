import { formatDuration } from '../platform/format.ts';

/** "12 ms", and from a second on as everywhere. */
export function formatSpan(ms: number, language: string): string {
  if (ms >= 1000) return formatDuration(ms, language);
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms)} ms`;
}

/** Of millionths of a US dollar: "$0.0042", with as many digits as there are. */
export function formatCost(microdollars: number, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', maximumFractionDigits: 6 });
  return format.format(microdollars / 1_000_000);
}

export function formatCount(count: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(count);
}
