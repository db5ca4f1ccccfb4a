const units = ['bytes', 'KB', 'MB', 'GB'] as const;

/** "3.1 KB", of 1024 bytes, as the server's limits are counted. */
export function formatBytes(bytes: number, language: string): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: power === 0 ? 0 : 1 });
  return `${amount.format(bytes / 1024 ** power)} ${bytes === 1 ? 'byte' : units[power]}`;
}

/** "0.4 s", "12 s", "3 min": the symbols are the same in every language. */
export function formatDuration(ms: number, language: string): string {
  const seconds = Math.max(0, ms) / 1000;
  const inMinutes = seconds >= 100;
  const amount = new Intl.NumberFormat(language, { maximumFractionDigits: seconds < 10 ? 1 : 0 });
  return inMinutes ? `${amount.format(seconds / 60)} min` : `${amount.format(Math.max(0.1, seconds))} s`;
}

const steps = [
  ['year', 365 * 24 * 60],
  ['month', 30 * 24 * 60],
  ['day', 24 * 60],
  ['hour', 60],
  ['minute', 1],
] as const;

/** "3 hours ago", "in 30 days", "now" within a minute. */
export function formatRelativeTime(instant: string, now: Date, language: string): string {
  const minutes = (Date.parse(instant) - now.getTime()) / 60_000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const step = steps.find(([, length]) => Math.abs(minutes) >= length);
  return step ? format.format(Math.round(minutes / step[1]), step[0]) : format.format(0, 'second');
}

export function formatExactTime(instant: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

export function formatDate(instant: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(instant));
}

/** Of a day such as "2026-11-21", which is UTC's: the same wherever it is read. */
export function formatDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));
}

export type Age = 'today' | 'yesterday' | 'week' | 'older';

/** In which group of the list something of that time stands, by the reader's calendar. */
export function ageOf(instant: string, now: Date): Age {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const time = Date.parse(instant);
  if (time >= midnight) return 'today';
  const day = 24 * 60 * 60_000;
  if (time >= midnight - day) return 'yesterday';
  return time >= midnight - 6 * day ? 'week' : 'older';
}
