import type { RunError } from '@atelier/contracts/runs';
import type { About } from './provider-errors.ts';
import { retryAfterOf } from './retry-after.ts';

/** What a provider says against a request. */
export interface Refusal {
  /** Null: an error in the middle of a stream that names none. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The body or the error, as it came. It is read for what it is about and shown to nobody. */
  readonly said: string;
  readonly isMidStream: boolean;
}

interface Failure {
  readonly code: RunError['code'];
  readonly message: string;
  /** It does not pass by itself. */
  readonly isLasting: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** Too long a prompt, as the providers and the servers that people run themselves say it. */
const tooLong =
  /context_length_exceeded|exceed_context_size|request_too_large|prompt is too long|maximum context length|maximum prompt length|context (window|length|size) (is|of|exceeded|limit)|exceeds? the (available |maximum |model'?s )?(context|number of tokens allowed|maximum number of tokens)|input token count|input is too long|too large for model|request too large for|reduce the length of/i;
const noQuota =
  /insufficient_quota|insufficient (credits?|balance|funds)|credit balance|billing|payment required|exceeded your current quota|billing_error|out of credits/i;
const wrongKey = /api_key_invalid|invalid_api_key|api[ _]key not valid|invalid api[ _]key|authentication_error/i;
const unknownModel = /model_not_found|is not a valid model|model .{1,200}(does not exist|not found)|unknown model/i;
const filtered =
  /content_filter|content_policy|content management policy|responsible ai|prohibited_content|moderation/i;

/** Google says of every limit that it is a quota with a bill behind it; one that is full again in a minute says when. */
const passingQuota = /"retryDelay"/;
const dailyQuota = /PerDay/;

/** What a refusal is about: its status where that says enough, else what was said. */
export function failureOfRefusal(refusal: Refusal, about: About): Failure {
  const { status, said } = refusal;
  return ofWords(refusal, about) ?? ofStatus(status ?? statusInWords(said), refusal, about);
}

function ofWords({ status, said }: Refusal, { provider, model }: About): Failure | undefined {
  const isOutage = status !== null && status >= 500;
  if (isOutage) return undefined;
  if (status === 413 || tooLong.test(said)) {
    const remedy = 'Begin a new session, or choose a model that takes more.';
    return lasting('provider.context_too_long', `The conversation is too long for "${model}". ${remedy}`);
  }
  if (wrongKey.test(said)) return refusedKey(provider);
  if (status === 402 || isOutOfQuota(said)) {
    const remedy = 'An administrator has to top it up.';
    return lasting('provider.refused', `The account at ${provider} has no quota left. ${remedy}`);
  }
  if (status !== 429 && unknownModel.test(said)) return knowsNoModel(provider, model);
  if (filtered.test(said)) return lasting('provider.refused', `The content filter of ${provider} refused the request.`);
  return undefined;
}

function isOutOfQuota(said: string): boolean {
  return noQuota.test(said) && (!passingQuota.test(said) || dailyQuota.test(said));
}

function ofStatus(status: number, { headers, said }: Refusal, { provider, model }: About): Failure {
  if (status === 401 || status === 403) return refusedKey(provider);
  if (status === 404) return knowsNoModel(provider, model);
  const retryAfterMs = retryAfterOf(headers, said);
  if (status === 429) {
    const message = `${provider} is asked too often (429).`;
    return { code: 'provider.rate_limited', message, isLasting: false, retryAfterMs };
  }
  if (status >= 500 || status === 408) {
    return { code: 'provider.overloaded', message: `${provider} answered ${status}.`, isLasting: false, retryAfterMs };
  }
  return lasting('provider.refused', `${provider} refused the request (${status}).`);
}

/** The status of an error in a stream that names none. What is not known to last may pass. */
function statusInWords(said: string): number {
  if (/rate_limit|resource_exhausted|too many requests/i.test(said)) return 429;
  if (/invalid_request|invalid_prompt|invalid_argument|bad request/i.test(said)) return 400;
  return /overloaded/i.test(said) ? 529 : 500;
}

function refusedKey(provider: string): Failure {
  return lasting('provider.auth', `${provider} refused the API key. An administrator has to replace it.`);
}

function knowsNoModel(provider: string, model: string): Failure {
  const remedy = 'An administrator has to correct its name or the address of the provider.';
  return lasting('provider.model_not_found', `${provider} knows no model "${model}". ${remedy}`);
}

function lasting(code: RunError['code'], message: string): Failure {
  return { code, message, isLasting: true };
}
