type Headers = Readonly<Record<string, string>>;

/**
 * How long a provider asks to wait, in milliseconds; undefined when it does not say. Seconds or a date (RFC 9110), in
 * milliseconds beside it (OpenAI), the time at which a used-up limit is full again (OpenAI, Anthropic), a duration in
 * the body (Google's RetryInfo), or words ("Please try again in 1.2s.").
 */
export function retryAfterOf(headers: Headers, body: string): number | undefined {
  return (
    positive(Number(headers['retry-after-ms'])) ??
    timeIn(headers['retry-after']) ??
    resetOf(headers) ??
    timeIn(/"retryDelay"\s*:\s*"([^"]{1,20})"/.exec(body)?.[1]) ??
    timeIn(/try again in ([\dhms.]{2,20}?)\.?(?:\s|"|$)/i.exec(body)?.[1])
  );
}

const limits = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
] as const;

/** Of the limits that are used up, the one that lasts longest. */
function resetOf(headers: Headers): number | undefined {
  const times = limits.flatMap(([remaining, reset]) =>
    headers[remaining] === '0' ? [timeIn(headers[reset]) ?? 0] : [],
  );
  return positive(Math.max(0, ...times));
}

/** "7", "0.5", "7s", "6m0s", "20ms", "1h2m", or a date. */
function timeIn(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return positive(seconds * 1000);
  return /^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text) ? durationIn(text) : positive(Date.parse(text) - Date.now());
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function durationIn(text: string): number | undefined {
  const pieces = [...text.matchAll(/(?<![\d.])(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  return positive(pieces.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0));
}

function positive(ms: number): number | undefined {
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
