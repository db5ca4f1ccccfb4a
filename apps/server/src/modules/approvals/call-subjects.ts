import type { CallInQuestion } from '@atelier/agent/ports';
import type { CallToJudge } from './judge-call.ts';

/** Arguments that say what a call is about, by their names, in the order they are looked for. */
const telling = ['path', 'url', 'pattern', 'text'] as const;

/** What rules look at in a call. */
export function callToJudge({ name, input, effect }: CallInQuestion): CallToJudge {
  const argument = (key: string): unknown =>
    typeof input === 'object' && input !== null ? Reflect.get(input, key) : null;
  const text = telling.map(argument).find((value) => typeof value === 'string') ?? JSON.stringify(input ?? {});
  return { name, effect, subjects: [String(text)], whole: String(text) };
}

/** Patterns of what is like a call, for leave that is to hold from now on. */
export function patternsLike({ inputText }: { readonly inputText: string }): readonly string[] {
  let input: unknown;
  try {
    input = JSON.parse(inputText);
  } catch {
    return [];
  }
  return callToJudge({ name: '', input, effect: 'execute' }).subjects ?? [];
}
