import { type Action, parseScript } from './script.ts';

export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_calls?: unknown;
}

/** Where an answer stands: what is still to be done of its script, and how far its words have been counted. */
export interface Position {
  readonly scriptText: string;
  /** The actions of this request: up to and with the next tool calls. */
  readonly actions: readonly Action[];
  /** The number of the last word that the answer already holds. */
  readonly lastWord: number;
  /** Words that earlier requests of the same answer were to write. */
  readonly wordsBefore: number;
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
export function positionIn(messages: readonly ChatMessage[]): Position {
  const scripted = messages.findLastIndex(({ role, content }) => role === 'user' && textOf(content).includes('[['));
  const asked = scripted === -1 ? messages.findIndex(({ role }) => role === 'user') : scripted;
  const scriptText = textOf(messages[asked]?.content);
  const answered = messages.slice(asked + 1).filter(({ role }) => role === 'assistant');
  const turns = splitTurns(parseScript(scriptText) ?? everydayAnswer);
  const turn = answered.filter(({ tool_calls: calls }) => Array.isArray(calls) && calls.length > 0).length;
  const written = answered.map(({ content }) => textOf(content)).join('');
  return {
    scriptText,
    actions: turns[turn] ?? [],
    lastWord: Number([...written.matchAll(/t(\d{6})/g)].at(-1)?.[1] ?? 0),
    wordsBefore: countWords(turns.slice(0, turn).flat()),
  };
}

export function countWords(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + (action.type === 'tokens' ? action.count : 0), 0);
}

/** A request ends with its tool calls: what follows them is the next request's. */
function splitTurns(actions: readonly Action[]): readonly (readonly Action[])[] {
  const turns: Action[][] = [[]];
  for (const [index, action] of actions.entries()) {
    turns.at(-1)?.push(action);
    const next = actions[index + 1];
    if (action.type === 'tool' && next !== undefined && next.type !== 'tool') turns.push([]);
  }
  if (actions.at(-1)?.type === 'tool') turns.push([]);
  return turns;
}

export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (typeof part === 'object' && part !== null ? String(Reflect.get(part, 'text') ?? '') : ''))
    .join('');
}
