/** "84 ms", "1.2 s": the symbols are the same in every language. */
export function formatLatency(ms: number, language: string): string {
  const inSeconds = ms >= 1000;
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: inSeconds ? 1 : 0 });
  return inSeconds ? `${amount.format(ms / 1000)} s` : `${amount.format(ms)} ms`;
}
