import { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import type { RunError } from '@atelier/contracts/runs';
import { ModelError } from '../ports.ts';

const kept = 'What it wrote so far is kept.';
const unreachableCodes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|CERT_.*|ERR_TLS.*|DEPTH_ZERO.*|SELF_SIGNED.*)$/;
const cutCodes = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_BODY_TIMEOUT|ERR_STREAM_PREMATURE_CLOSE)$/;

/** A provider's failure as a sentence a person can act on. It never holds a key, a host, or what the provider said. */
export function toModelError(error: unknown, model: string): ModelError {
  if (error instanceof ModelError) return error;
  const call = findCause(error, (cause) => APICallError.isInstance(cause));
  if (call && APICallError.isInstance(call) && call.statusCode !== undefined && call.statusCode >= 400) {
    return fromStatus(call.statusCode, call, model);
  }
  if (findCause(error, (cause) => unreachableCodes.test(codeOf(cause)))) {
    return made(
      'provider.unreachable',
      'The model provider does not answer. Check OPENAI_BASE_URL and the network.',
      error,
    );
  }
  if (findCause(error, isInvalidData)) {
    return made('provider.invalid_data', `The model provider sent data that cannot be read. ${kept}`, error);
  }
  if (
    findCause(
      error,
      (cause) => cutCodes.test(codeOf(cause)) || /terminated|socket hang up|other side closed/i.test(messageOf(cause)),
    )
  ) {
    return cutOff(error);
  }
  if (findCause(error, (cause) => /fetch failed|cannot connect/i.test(messageOf(cause)))) {
    return made(
      'provider.unreachable',
      'The model provider does not answer. Check OPENAI_BASE_URL and the network.',
      error,
    );
  }
  return made('provider.invalid_data', `The model provider sent something unexpected. ${kept}`, error);
}

export function cutOff(cause?: unknown): ModelError {
  return made('provider.cut', `The connection to the model broke in the middle of the answer. ${kept}`, cause);
}

function fromStatus(status: number, call: APICallError, model: string): ModelError {
  if (status === 401 || status === 403) {
    return made('provider.auth', 'The model provider refused the API key. Check OPENAI_API_KEY.', call, {
      retryable: false,
    });
  }
  if (status === 404) {
    return made(
      'provider.model_not_found',
      `The model provider knows no model "${model}". Check MODEL and OPENAI_BASE_URL.`,
      call,
      {
        retryable: false,
      },
    );
  }
  if (status === 429) {
    const isQuota = /insufficient_quota|billing/i.test(call.responseBody ?? '');
    return isQuota
      ? made('provider.refused', 'The account at the model provider has no quota left.', call, { retryable: false })
      : made('provider.rate_limited', 'The model provider is asked too often (429).', call, {
          retryAfterMs: retryAfterOf(call),
        });
  }
  if (status >= 500) {
    return made('provider.overloaded', `The model provider answered ${status}.`, call, {
      retryAfterMs: retryAfterOf(call),
    });
  }
  return made('provider.refused', `The model provider refused the request (${status}).`, call, { retryable: false });
}

function made(
  code: RunError['code'],
  message: string,
  cause: unknown,
  opts: { readonly retryable?: boolean; readonly retryAfterMs?: number | undefined } = {},
): ModelError {
  return new ModelError(
    { code, message, retryable: opts.retryable ?? true },
    { cause, retryAfterMs: opts.retryAfterMs },
  );
}

/** Seconds or a date, RFC 9110; some providers say milliseconds beside it. */
function retryAfterOf(call: APICallError): number | undefined {
  const headers = call.responseHeaders ?? {};
  const ms = Number(headers['retry-after-ms']);
  if (Number.isFinite(ms) && ms > 0) return ms;
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const after = Number.isFinite(Number(text)) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(after) && after > 0 ? after : undefined;
}

function isInvalidData(error: unknown): boolean {
  return (
    JSONParseError.isInstance(error) ||
    TypeValidationError.isInstance(error) ||
    InvalidResponseDataError.isInstance(error) ||
    (error instanceof Error && /JSON|invalid response|parse/i.test(error.message))
  );
}

/** The first in the chain of causes for which this holds. */
function findCause(error: unknown, holds: (cause: unknown) => boolean): unknown {
  for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < 8; depth += 1) {
    if (holds(cause)) return cause;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
