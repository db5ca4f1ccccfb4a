/** One line of the result. Everything is text already; `isMet` is null when there was nothing to measure. */
export interface Row {
  readonly measure: string;
  readonly ours: string;
  readonly bare?: string;
  readonly figure: string;
  readonly target: string;
  readonly isMet: boolean | null;
}

export interface Limit {
  readonly figure: number;
  readonly limit: number;
  readonly unit: string;
  /** `least`: the figure must reach the limit; else it must not exceed it. */
  readonly least?: boolean;
}

/** The three columns that judge a figure. What is printed and what is judged is the same number. */
export function judge({ figure, limit, unit, least }: Limit): Pick<Row, 'figure' | 'target' | 'isMet'> {
  return {
    figure: `${round(figure)}${unit}`,
    target: `${least ? '≥' : '≤'} ${limit}${unit}`,
    isMet: least ? figure >= limit : figure <= limit,
  };
}

export function round(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export const ms = (value: number): string => `${round(value)} ms`;

export function formatTable(rows: readonly Row[]): string {
  const head = ['measure', 'ours', 'bare', 'ratio or figure', 'target', ''];
  const verdict = (isMet: boolean | null) => (isMet === null ? '-' : isMet ? 'ok' : 'MISS');
  const lines = rows.map((row) => [row.measure, row.ours, row.bare ?? '-', row.figure, row.target, verdict(row.isMet)]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [format(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(format)].join('\n');
}
