import type { ModelSpec, ProviderSpec } from '@atelier/agent/models/model-spec';
import { ModelError } from '@atelier/agent/ports';
import type { RunError } from '@atelier/contracts/runs';
import * as z from 'zod';
import type { ListedModel, ModelGateway } from './model-gateway.ts';

const size = z.number().int().positive().max(100_000_000).nullish().catch(null);
const listed = z.object({
  id: z.string(),
  // OpenRouter and Together say the first, vLLM the second, Groq the third.
  context_length: size,
  max_model_len: size,
  context_window: size,
});
const entries = z.array(listed);
/** Together leaves out what everybody else puts around it. */
const answer = z.union([z.object({ data: entries }).transform(({ data }) => data), entries]);

/** OpenAI's own protocol: the list of models, and a chat completion that is dropped once it has begun. */
export const openAiGateway: ModelGateway = {
  async list(provider, signal) {
    const response = await ask(provider, '/models', { signal });
    const parsed = answer.safeParse(await response.json().catch(() => null));
    if (!parsed.success) throw failure('provider.invalid_data');
    return parsed.data.map(
      ({ id, context_length, max_model_len, context_window }): ListedModel => ({
        id,
        label: null,
        contextWindow: context_length ?? max_model_len ?? context_window ?? null,
        maxOutputTokens: null,
        price: null,
      }),
    );
  },

  async probe(model, signal) {
    const response = await ask(model.provider, '/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(probeOf(model)),
      signal,
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    await reader?.cancel().catch(() => undefined);
    if (!first?.value || !/^\s*(data:|:|\{)/.test(new TextDecoder().decode(first.value))) {
      throw failure('provider.invalid_data');
    }
  },
};

/** OpenAI's newer models refuse the older name of the limit, which is the only one that many others know. */
function probeOf({ id, provider }: ModelSpec): object {
  const limit = provider.kind === 'openai' ? { max_completion_tokens: 16 } : { max_tokens: 1 };
  return { model: id, messages: [{ role: 'user', content: 'Hi' }], stream: true, ...limit };
}

async function ask(provider: ProviderSpec, path: string, init: RequestInit): Promise<Response> {
  const { kind, baseUrl, apiKey, fetch } = provider;
  if ((kind !== 'openai' && kind !== 'openai_compatible') || !fetch) throw failure('provider.refused');
  const headers = new Headers(init.headers);
  if (apiKey !== '') headers.set('authorization', `Bearer ${apiKey}`);
  const response = await fetch(`${baseUrl}${path}`, { ...init, headers });
  if (response.ok) return response;
  await response.body?.cancel().catch(() => undefined);
  throw failure(codeOf(response.status));
}

function codeOf(status: number): RunError['code'] {
  if (status === 401 || status === 403) return 'provider.auth';
  if (status === 404) return 'provider.model_not_found';
  if (status === 429) return 'provider.rate_limited';
  return status >= 500 ? 'provider.overloaded' : 'provider.refused';
}

function failure(code: RunError['code']): ModelError {
  return new ModelError({ code, message: code, retryable: false });
}
