/** The value below which `share` of the samples lie (nearest rank). */
function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('A quantile of no samples.');
  return value;
}

export const p50 = (samples: readonly number[]): number => quantile(samples, 0.5);
export const p99 = (samples: readonly number[]): number => quantile(samples, 0.99);
export const p95 = (samples: readonly number[]): number => quantile(samples, 0.95);

/** @throws Error unless these are the model's words 1, 2, 3 … `count`: none lost, none doubled, in order. */
export function checkWords(text: string, count: number): void {
  const words = text.match(/t\d{6}/g) ?? [];
  const wrong = words.findIndex((word, index) => Number(word.slice(1)) !== index + 1);
  if (wrong !== -1) throw new Error(`Word ${wrong + 1} of the answer is ${words[wrong]}.`);
  if (words.length !== count) throw new Error(`${words.length} of ${count} words arrived.`);
}
