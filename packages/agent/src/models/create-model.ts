import type { ProviderKind } from '@atelier/contracts/models';
import { type Model, ModelError, type ModelPart, type ModelRequest } from '../ports.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { modelParts } from './model-parts.ts';
import type { ModelSpec } from './model-spec.ts';
import type { Protocol } from './protocol.ts';
import { anthropicProtocol } from './protocols/anthropic.ts';
import { googleProtocol } from './protocols/google.ts';
import { openaiProtocol } from './protocols/openai.ts';
import { openaiCompatibleProtocol } from './protocols/openai-compatible.ts';
import { toModelError } from './provider-errors.ts';
import { toSdkPrompt } from './sdk-prompt.ts';
import { toSdkTool } from './sdk-tools.ts';

const protocols: Record<ProviderKind, (spec: ModelSpec, fetch: typeof globalThis.fetch) => Protocol> = {
  openai: openaiProtocol,
  anthropic: anthropicProtocol,
  google: googleProtocol,
  openai_compatible: openaiCompatibleProtocol,
};

/** A model of a provider, through the AI SDK. Tools are run by us, a step at a time. */
export function createModel(spec: ModelSpec): Model {
  const { id, label, provider, features, contextWindow, price } = spec;
  return {
    id,
    label,
    isOffline: false,
    provider: { id: provider.id, name: provider.name },
    features,
    contextWindow,
    price,
    stream: (request) => stream(spec, request),
  };
}

/**
 * The provider's own stream, one layer below the SDK's `streamText`: steps, tools and retries are ours, and what that
 * layer adds costs more than half of the work for a token. The request ends with whoever reads it.
 */
async function* stream(spec: ModelSpec, request: ModelRequest): AsyncGenerator<ModelPart, void> {
  const { provider, features, maxOutputTokens } = spec;
  const about = { provider: provider.name, model: spec.id };
  const reader = new AbortController();
  let brokenBy: unknown;
  try {
    const fetch = guardedFetch(provider.fetch ?? globalThis.fetch, about, (error) => {
      brokenBy = error;
    });
    const protocol = protocols[provider.kind](spec, fetch);
    const prompt = toSdkPrompt(request, { spec, dataKey: protocol.dataKey });
    const result = await protocol.model.doStream({
      ...protocol.prepare(prompt),
      ...(features.tools && request.tools.length > 0 ? { tools: request.tools.map(toSdkTool) } : {}),
      ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
      abortSignal: AbortSignal.any([request.signal, reader.signal]),
    });
    yield* modelParts(result.stream, { spec, protocol, about });
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason instanceof ModelError ? request.signal.reason : error;
    const failure = toModelError(error, about);
    // That the answer has no end says nothing of why it has none.
    throw failure.error.code === 'provider.cut' && brokenBy ? toModelError(brokenBy, about) : failure;
  } finally {
    reader.abort();
  }
}
