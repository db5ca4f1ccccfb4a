import { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } from '@ai-sdk/provider';
import type { RunError } from '@atelier/contracts/runs';
import { ModelError } from '../ports.ts';
import { failureOfRefusal, type Refusal } from './refusals.ts';

/** Whom a failure is told of, in the words that people know them by. */
export interface About {
  /** The provider's name: "Together". */
  readonly provider: string;
  /** The model as its provider names it. */
  readonly model: string;
}

const kept = 'What it wrote so far is kept.';
const unreachableCodes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|CERT_.*|ERR_TLS.*|DEPTH_ZERO.*|SELF_SIGNED.*)$/;
const cutCodes = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_BODY_TIMEOUT|ERR_STREAM_PREMATURE_CLOSE)$/;
const cutWords = /\bterminated\b|socket hang up|other side closed|without a finish reason/i;

/** A provider's failure as a sentence a person can act on. It never holds a key, a host, or what the provider said. */
export function toModelError(error: unknown, about: About): ModelError {
  const known = findCause(error, (cause) => cause instanceof ModelError);
  if (known instanceof ModelError) return known;
  const refusal = refusalIn(error);
  if (refusal) return fromRefusal(refusal, about, error);
  if (findCause(error, (cause) => unreachableCodes.test(codeOf(cause)))) return unreachable(about, error);
  if (findCause(error, (cause) => cutWords.test(messageOf(cause)))) return cutOff(about, error);
  if (findCause(error, isInvalidData)) return invalidData(about, error);
  if (findCause(error, (cause) => cutCodes.test(codeOf(cause)))) return cutOff(about, error);
  if (findCause(error, (cause) => /fetch failed|cannot connect/i.test(messageOf(cause))))
    return unreachable(about, error);
  return failure('provider.invalid_data', `${about.provider} sent something unexpected. ${kept}`, { cause: error });
}

export function cutOff({ provider }: About, cause?: unknown): ModelError {
  const message = `The connection to ${provider} broke in the middle of the answer. ${kept}`;
  return failure('provider.cut', message, { cause });
}

export function invalidData({ provider }: About, cause?: unknown): ModelError {
  return failure('provider.invalid_data', `${provider} sent data that cannot be read. ${kept}`, { cause });
}

export function endless({ provider }: About): ModelError {
  return failure('provider.invalid_data', `${provider} sent an answer without an end, which was given up. ${kept}`);
}

export function contentFiltered({ provider }: About): ModelError {
  const message = `The content filter of ${provider} stopped the answer. ${kept}`;
  return failure('provider.refused', message, { isLasting: true });
}

export function unreachable({ provider }: About, cause: unknown): ModelError {
  const message = `${provider} does not answer. If it lasts, an administrator has to check its address and the network.`;
  return failure('provider.unreachable', message, { cause });
}

function fromRefusal(refusal: Refusal, about: About, cause: unknown): ModelError {
  const { code, message, isLasting, retryAfterMs } = failureOfRefusal(refusal, about);
  const words = refusal.isMidStream ? `${message} ${kept}` : message;
  return failure(code, words, { cause, isLasting, retryAfterMs });
}

function failure(
  code: RunError['code'],
  message: string,
  opts: { readonly cause?: unknown; readonly isLasting?: boolean; readonly retryAfterMs?: number | undefined } = {},
): ModelError {
  const { cause, isLasting = false, retryAfterMs } = opts;
  return new ModelError({ code, message: sentence(message), retryable: !isLasting }, { cause, retryAfterMs });
}

/** A name may begin small ("the model provider", "ollama"); what begins with it does not. */
function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the provider itself says against a request: an answer of status 400 and more, or an error in the stream. */
function refusalIn(error: unknown): Refusal | undefined {
  const call = findCause(error, (cause) => APICallError.isInstance(cause));
  if (APICallError.isInstance(call)) {
    if (call.statusCode === undefined || call.statusCode < 400) return undefined;
    const { statusCode: status, responseHeaders: headers = {}, responseBody: said = '' } = call;
    return { status, headers, said, isMidStream: false };
  }
  if (typeof error !== 'object' || error === null || error instanceof Error || !('message' in error)) return undefined;
  const status = [Reflect.get(error, 'statusCode'), Reflect.get(error, 'code')].map(Number).find(isStatus) ?? null;
  return { status, headers: {}, said: JSON.stringify(error), isMidStream: true };
}

function isStatus(value: number): boolean {
  return Number.isInteger(value) && value >= 400 && value < 600;
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
