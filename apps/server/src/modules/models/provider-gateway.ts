import { createModel } from '@atelier/agent/models/create-model';
import { listModels } from '@atelier/agent/models/list-models';
import type { ModelGateway } from './model-gateway.ts';

/** The providers themselves, by the protocol each of them speaks. */
export const providerGateway: ModelGateway = {
  list: listModels,

  async probe(spec, signal) {
    // A word is asked for, and no more is paid for: whoever reasons needs room for that before it.
    const model = createModel({ ...spec, maxOutputTokens: 64, features: { ...spec.features, reasoning: false } });
    const messages = [{ role: 'user', text: 'Say hi.' }] as const;
    for await (const _part of model.stream({ system: '', messages, tools: [], signal })) return;
  },
};
