import type { Turn } from './dialect.ts';
import { type Action, parseScript } from './script.ts';

/** Where an answer stands: what is still to be done of its script, and how far its words have been counted. */
export interface Position {
  readonly scriptText: string;
  /** The actions of this request: up to and with the next tool calls. */
  readonly actions: readonly Action[];
  /** The number of the last word that the answer already holds. */
  readonly lastWord: number;
  /** Words that earlier requests of the same answer were to write. */
  readonly wordsBefore: number;
  /** The calls made since the script must have come back with the thoughts that led to them, and one has not. */
  readonly lacksReasoning: boolean;
}

/** What is answered to a message without directives. */
const everydayAnswer: readonly Action[] = [
  { type: 'reason', count: 12, perSecond: 40 },
  { type: 'say', text: 'I am the scripted model: I write numbered words, so that a lost or doubled one is seen.\n\n' },
  { type: 'tokens', count: 60, perSecond: 40 },
];

/**
 * Reads from the conversation what comes next. The model keeps nothing itself, as a real one: the script is the last
 * message of a user that has one, the words and calls that stand behind it are done.
 */
export function positionIn(turns: readonly Turn[]): Position {
  const scripted = turns.findLastIndex(({ role, text }) => role === 'user' && text.includes('[['));
  const asked = scripted === -1 ? turns.findIndex(({ role }) => role === 'user') : scripted;
  const scriptText = turns[asked]?.text ?? '';
  const answered = turns.slice(asked + 1).filter(({ role }) => role === 'assistant');
  const script = parseScript(scriptText) ?? everydayAnswer;
  const steps = splitSteps(script);
  const step = answered.filter(({ calls = 0 }) => calls > 0).length;
  const written = answered.map(({ text }) => text).join('');
  return {
    scriptText,
    actions: steps[step] ?? [],
    lastWord: Number([...written.matchAll(/t(\d{6})/g)].at(-1)?.[1] ?? 0),
    wordsBefore: countWords(steps.slice(0, step).flat()),
    lacksReasoning:
      script.some(({ type }) => type === 'wants-reasoning') &&
      answered.some(({ calls = 0, hasReasoning }) => calls > 0 && !hasReasoning),
  };
}

export function countWords(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + (action.type === 'tokens' ? action.count : 0), 0);
}

/** A request ends with its tool calls: what follows them is the next request's. */
function splitSteps(actions: readonly Action[]): readonly (readonly Action[])[] {
  const steps: Action[][] = [[]];
  for (const [index, action] of actions.entries()) {
    steps.at(-1)?.push(action);
    const next = actions[index + 1];
    if (action.type === 'tool' && next !== undefined && next.type !== 'tool') steps.push([]);
  }
  if (actions.at(-1)?.type === 'tool') steps.push([]);
  return steps;
}
