/** Midnight of that day of the reader's calendar ("2026-01-31"), or of one so many days after. */
export function startOfDay(day: string, plusDays: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + plusDays).toISOString();
}
