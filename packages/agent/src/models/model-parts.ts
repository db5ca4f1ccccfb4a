import type { LanguageModelV4FinishReason, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import type { ModelPart } from '../ports.ts';
import type { ModelSpec } from './model-spec.ts';
import type { Protocol } from './protocol.ts';
import { sealData } from './provider-data.ts';
import { type About, contentFiltered, cutOff, endless, invalidData } from './provider-errors.ts';
import { toUsage } from './usage.ts';

/** No model writes as much; a stream that goes on is not an answer. In characters. */
export const maxAnswerCharacters = 2_000_000;

interface Reading {
  readonly spec: ModelSpec;
  readonly protocol: Protocol;
  readonly about: About;
}

/**
 * The SDK's stream as ours, the same for every protocol. What is thrown is the stream's own failure, or that it did not
 * end as an answer does.
 */
export async function* modelParts(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
  reading: Reading,
): AsyncGenerator<ModelPart, void> {
  const { spec, about } = reading;
  const calls = new CallNames();
  const thoughts = new Thoughts(reading);
  let characters = 0;
  let hasFinished = false;

  for await (const part of stream) {
    for (const made of toModelParts(part, { calls, thoughts, reading })) {
      characters += lengthOf(made);
      if (characters > maxAnswerCharacters) throw endless(about);
      yield made;
    }
    if (part.type === 'error') throw part.error;
    if (part.type !== 'finish') continue;
    hasFinished = hasReason(part.finishReason);
    yield { type: 'finish', usage: toUsage(part.usage, spec.price) };
    if (part.finishReason.unified === 'error') throw invalidData(about);
    if (isFiltered(part.finishReason)) throw contentFiltered(about);
  }
  if (!hasFinished) throw cutOff(about);
}

/** A stream that just stops has no reason to have stopped. */
function hasReason({ unified, raw }: LanguageModelV4FinishReason): boolean {
  return unified !== 'interrupted' && !(unified === 'other' && raw === undefined);
}

/** A model that refuses in its own words has answered, and names another reason. */
function isFiltered({ unified, raw }: LanguageModelV4FinishReason): boolean {
  return unified === 'content-filter' && raw !== undefined && raw !== 'stop';
}

function toModelParts(
  part: LanguageModelV4StreamPart,
  { calls, thoughts, reading }: { readonly calls: CallNames; readonly thoughts: Thoughts; readonly reading: Reading },
): readonly ModelPart[] {
  switch (part.type) {
    case 'text-delta':
      return part.delta === '' ? [] : [{ type: 'text', text: part.delta }];
    case 'reasoning-start':
      thoughts.note(part);
      return [];
    case 'reasoning-delta':
      thoughts.note(part);
      return part.delta === '' ? [] : [{ type: 'reasoning', text: part.delta }];
    case 'reasoning-end':
      thoughts.note(part);
      return thoughts.end(part.id);
    case 'tool-input-start':
      calls.begin(part.id, part.toolName);
      return [];
    case 'tool-input-delta':
      return [{ type: 'tool_input', ...calls.current(part.id), text: part.delta }];
    case 'tool-call': {
      const data = reading.protocol.keep('tool_call', part.providerMetadata?.[reading.protocol.dataKey] ?? {});
      const call = { type: 'tool_call', callId: calls.end(part.toolCallId), name: part.toolName } as const;
      const made = { ...call, inputText: part.input };
      return [data ? { ...made, providerData: sealData(data, reading.spec) } : made];
    }
    default:
      return [];
  }
}

function lengthOf(part: ModelPart): number {
  if (part.type === 'finish') return 0;
  // A call counts for more than its pieces, which came before it: calls without arguments end as well.
  return part.type === 'tool_call' ? 100 : part.text.length;
}

/** What the provider says of a thought while it comes, until it ends. */
class Thoughts {
  readonly #reading: Reading;
  readonly #open = new Map<string, ReturnType<Protocol['keep']>>();

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  note({
    id,
    providerMetadata,
  }: Extract<LanguageModelV4StreamPart, { type: `reasoning-${'start' | 'delta' | 'end'}` }>) {
    const { protocol } = this.#reading;
    const data = protocol.keep('reasoning', providerMetadata?.[protocol.dataKey] ?? {});
    if (data) this.#open.set(id, { ...this.#open.get(id), ...data });
  }

  end(id: string): readonly ModelPart[] {
    const data = this.#open.get(id);
    this.#open.delete(id);
    return data ? [{ type: 'reasoning', text: '', providerData: sealData(data, this.#reading.spec) }] : [];
  }
}

/**
 * Two calls of one answer never share an id, though servers give the same one twice: the later is renamed, and so are
 * the pieces that come before it.
 */
class CallNames {
  readonly #open = new Map<string, { readonly callId: string; readonly name: string }>();
  readonly #taken = new Set<string>();

  begin(id: string, name: string): void {
    this.#open.set(id, { callId: this.#free(id), name });
  }

  current(id: string): { readonly callId: string; readonly name: string } {
    return this.#open.get(id) ?? { callId: id, name: '' };
  }

  end(id: string): string {
    const callId = this.#open.get(id)?.callId ?? this.#free(id);
    this.#open.delete(id);
    return callId;
  }

  #free(id: string): string {
    const callId = this.#taken.has(id) ? `${this.#taken.size}-${id}` : id;
    this.#taken.add(callId);
    return callId;
  }
}
