import type { Refusal } from './dialect.ts';

const openaiCodes = {
  request: null,
  key: 'invalid_api_key',
  model: 'model_not_found',
  rate: 'rate_limit_exceeded',
  quota: 'insufficient_quota',
  context: 'context_length_exceeded',
  filter: 'content_filter',
  overloaded: null,
  server: null,
} as const;

/** OpenAI's error object, for both of its protocols. */
export function openaiError({ kind, message, status }: Refusal) {
  const types = { quota: 'insufficient_quota', rate: 'requests', overloaded: 'server_error', server: 'server_error' };
  const type = Object.hasOwn(types, kind)
    ? Reflect.get(types, kind)
    : status >= 500
      ? 'server_error'
      : 'invalid_request_error';
  return { error: { message, type, param: null, code: openaiCodes[kind] } };
}

const anthropicTypes = {
  request: 'invalid_request_error',
  key: 'authentication_error',
  model: 'not_found_error',
  rate: 'rate_limit_error',
  quota: 'billing_error',
  context: 'invalid_request_error',
  filter: 'invalid_request_error',
  overloaded: 'overloaded_error',
  server: 'api_error',
} as const;

/** Anthropic's error, of an answer and of an event. */
export function anthropicError({ kind, message }: Refusal) {
  return { type: 'error', error: { type: anthropicTypes[kind], message }, request_id: 'req_scripted' };
}

const googleStatuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** A wrong key is a wrong argument here, and every limit a quota: what it is stands in the details. */
export function googleError({ status: asked, kind, message, retryAfter }: Refusal) {
  const code = kind === 'key' ? 400 : asked;
  const details: object[] = [];
  const type = (of: string) => ({ '@type': `type.googleapis.com/google.rpc.${of}` });
  if (kind === 'key') details.push({ ...type('ErrorInfo'), reason: 'API_KEY_INVALID', domain: 'googleapis.com' });
  if (kind === 'rate' || kind === 'quota') {
    const period = kind === 'quota' ? 'PerDay' : 'PerMinute';
    details.push({ ...type('QuotaFailure'), violations: [{ quotaId: `GenerateRequests${period}PerProject` }] });
    details.push({ ...type('RetryInfo'), retryDelay: `${retryAfter ?? 1}s` });
  }
  const words =
    kind === 'rate' || kind === 'quota'
      ? 'You exceeded your current quota, please check your plan and billing details.'
      : message;
  return { error: { code, message: words, status: googleStatuses[code] ?? 'UNKNOWN', details } };
}
