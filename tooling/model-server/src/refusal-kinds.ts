/** What a refusal is about. Each protocol says it in words and codes of its own. */
export const refusalKinds = [
  'request',
  'key',
  'model',
  'rate',
  'quota',
  'context',
  'filter',
  'overloaded',
  'server',
] as const;
export type RefusalKind = (typeof refusalKinds)[number];

/** What a status is about when nothing else is said. */
export function kindOf(status: number): RefusalKind {
  const known: Readonly<Record<number, RefusalKind>> = {
    401: 'key',
    403: 'key',
    402: 'quota',
    404: 'model',
    413: 'context',
    429: 'rate',
    503: 'overloaded',
    529: 'overloaded',
  };
  return known[status] ?? (status >= 500 ? 'server' : 'request');
}

/** The words of the real services, by which some failures alone are known. */
export function wordsOf(kind: RefusalKind): string {
  const words: Readonly<Record<RefusalKind, string>> = {
    request: 'Scripted refusal.',
    key: 'Incorrect API key provided.',
    model: 'The model does not exist.',
    rate: 'Rate limit reached.',
    quota: 'Your credit balance is too low to access the API. Please go to Plans & Billing.',
    context: 'prompt is too long: 250000 tokens > 200000 maximum',
    filter: 'The request was blocked by our content management policy.',
    overloaded: 'Overloaded',
    server: 'Internal server error.',
  };
  return words[kind];
}
