import { ModelError } from '@atelier/agent/ports';
import { type ProviderOutcome, providerOutcome } from '@atelier/contracts/providers';
import { egressRefusalIn } from '../../platform/egress/egress-error.ts';
import { UnsealError } from '../../platform/secrets/key-ring.ts';

type Code = ProviderOutcome['code'];

const sentences: Readonly<Record<Code, string>> = {
  ok: 'The provider answers.',
  'provider.auth': 'The provider refuses the key. Check that it was copied whole and is still good.',
  'provider.key_lost': 'The key cannot be read any more: the encryption key it was sealed with is gone. Type it again.',
  'provider.unreachable': 'Nothing answers at this address. Check the base URL and the network.',
  'provider.address_refused': 'This address may not be used, or it sends us on to another one. Check the base URL.',
  'provider.timed_out': 'The provider did not answer in time.',
  'provider.rate_limited': 'The provider is asked too often, or the account has no quota left.',
  'provider.overloaded': 'The provider has a failure of its own. Try again later.',
  'provider.refused': 'The provider refuses the request. Check the base URL and the kind of provider.',
  'provider.model_not_found': 'The provider knows no such model, or the base URL is not right.',
  'provider.invalid_data': 'What answers there is no provider of this kind. Check the base URL.',
};

/** How a call went, in a sentence of ours: what the provider said, its address and the key are never in it. */
export function outcomeOf(code: Code): ProviderOutcome {
  return { ok: code === 'ok', code, message: sentences[code] };
}

export function outcomeOfFailure(error: unknown, signal: AbortSignal): ProviderOutcome {
  if (signal.aborted) return outcomeOf('provider.timed_out');
  if (error instanceof UnsealError) return outcomeOf('provider.key_lost');
  const refusal = egressRefusalIn(error);
  if (refusal) return outcomeOf(refusal === 'encoding' ? 'provider.invalid_data' : 'provider.address_refused');
  if (!(error instanceof ModelError)) return outcomeOf('provider.unreachable');
  const known = providerOutcome.shape.code.safeParse(error.error.code);
  return outcomeOf(known.success ? known.data : 'provider.invalid_data');
}
