import type { FilePart, Part, ToolPart } from '@atelier/contracts/parts';
import type { Pictures } from './pictures.ts';
import type { AssistantContent, PromptMessage, ToolResult } from './ports.ts';
import { type Turn, withoutSummarised } from './summarised.ts';

type UserMessage = Extract<PromptMessage, { role: 'user' }>;

/** What a model is told when its answer stands unfinished: after a crash, or when a person asked it to go on. */
export const continueInstruction =
  'Your answer was cut off at this point by a technical failure. Continue exactly where it stopped; do not repeat anything.';

/** How the text that describes an attachment begins, after the person's own words. */
export const attachmentLead = 'Attached file: ';

/** The longest output of one call that a model is given back, in characters. The reader sees all of it. */
const maxOutput = 30_000;

/** The conversation and the answer so far, as a model takes them, without what a summary stands for. */
export function buildPrompt(
  wholeConversation: readonly Turn[],
  wholeAnswer: readonly Part[],
  pictures: Pictures = new Map(),
): readonly PromptMessage[] {
  const { conversation, answer } = withoutSummarised(wholeConversation, wholeAnswer);
  const messages = conversation.flatMap(({ role, parts }) =>
    role === 'user' ? [userMessage(parts, pictures)] : answerMessages(parts, pictures),
  );
  const goOn = isCutOff(answer) ? [{ role: 'user', text: continueInstruction } as const] : [];
  return takingTurns([...messages, ...answerMessages(answer, pictures), ...goOn]);
}

/** What a person said in several messages, one after the other, is one turn: not every service takes two. */
function takingTurns(messages: readonly PromptMessage[]): readonly PromptMessage[] {
  const told: PromptMessage[] = [];
  for (const message of messages) {
    const last = told.at(-1);
    if (last?.role === 'user' && message.role === 'user') told.splice(-1, 1, joined(last, message));
    else told.push(message);
  }
  return told;
}

function joined(first: UserMessage, second: UserMessage): UserMessage {
  const images = [...(first.images ?? []), ...(second.images ?? [])];
  const text = [first.text, second.text].filter((words) => words.trim() !== '').join('\n\n');
  return { role: 'user', text, ...(images.length > 0 ? { images } : {}) };
}

/** The system prompt, with the summary of what the prompt leaves out. */
export function buildSystem(system: string, conversation: readonly Turn[], answer: readonly Part[]): string {
  const { summary } = withoutSummarised(conversation, answer);
  return summary === null ? system : `${system}\n\nWhat came before in this conversation, in short:\n${summary}`;
}

/** Whether an answer stands there without its end: a model is asked to go on with it. */
export function isCutOff(answer: readonly Part[]): boolean {
  return answerMessages(answer, new Map()).at(-1)?.role === 'assistant';
}

function userMessage(parts: readonly Part[], pictures: Pictures): UserMessage {
  const texts = parts.flatMap((part) => {
    if (part.type === 'text') return [part.text];
    return part.type === 'file' ? [describeFile(part, pictures.has(part.uploadId))] : [];
  });
  const images = parts.flatMap((part) => (part.type === 'file' ? (pictures.get(part.uploadId) ?? []) : []));
  return { role: 'user', text: texts.join('\n\n'), ...(images.length > 0 ? { images } : {}) };
}

function describeFile(file: FilePart, isShown: boolean): string {
  if (isShown)
    return `${attachmentLead}${file.path} (${file.size} bytes, ${file.mediaType}), the picture "${file.name}".`;
  if (file.text === null) {
    return `${attachmentLead}${file.path} (${file.size} bytes, ${file.mediaType}). Read it with read_file when you need it.`;
  }
  const fence = '`'.repeat(Math.max(3, ...[...file.text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${attachmentLead}${file.path}\n${fence}\n${file.text}\n${fence}`;
}

/** What people said before a step, one assistant message for it, and what its tools answered. */
function answerMessages(parts: readonly Part[], pictures: Pictures): readonly PromptMessage[] {
  const messages: PromptMessage[] = [];
  for (const step of steps(parts)) {
    const hasCalls = step.some((part) => part.type === 'tool' && part.state !== 'drafting');
    const content = step.flatMap((part) => toContent(part, hasCalls));
    const results = step.flatMap((part) => (part.type === 'tool' && part.state !== 'drafting' ? [toResult(part)] : []));
    for (const part of step) if (part.type === 'steer') messages.push(userMessage(part.content, pictures));
    if (content.length > 0) messages.push({ role: 'assistant', content });
    if (results.length > 0) messages.push({ role: 'tool', results });
  }
  return messages;
}

function steps(parts: readonly Part[]): readonly (readonly Part[])[] {
  const byStep = new Map<number, Part[]>();
  for (const part of parts) {
    if (part.type === 'file') continue;
    const step = part.step ?? 0;
    byStep.set(step, [...(byStep.get(step) ?? []), part]);
  }
  return [...byStep.entries()].toSorted(([a], [b]) => a - b).map(([, step]) => step);
}

/**
 * A thought goes back where its provider wants it: beside the calls it led to. Elsewhere the answer does not need it.
 */
function toContent(part: Part, hasCalls: boolean): readonly AssistantContent[] {
  if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }];
  if (part.type === 'reasoning' && part.providerData && hasCalls) {
    return [{ type: 'reasoning', text: part.text, providerData: part.providerData }];
  }
  if (part.type !== 'tool' || part.state === 'drafting') return [];
  const { callId, name, providerData } = part;
  const call = { type: 'tool_call', callId, name, input: parseInput(part.inputText) } as const;
  return [providerData ? { ...call, providerData } : call];
}

/** Arguments that are no JSON go back as an object all the same: providers refuse anything else. */
function parseInput(text: string): unknown {
  try {
    const input: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { value: input };
  } catch {
    return { invalid: text.slice(0, 2000) };
  }
}

function toResult(part: ToolPart): ToolResult {
  const { callId, name, state } = part;
  return { callId, name, output: outputOf(part), isError: state !== 'succeeded' };
}

function outputOf({ state, output }: ToolPart): string {
  switch (state) {
    case 'unknown':
      return 'The outcome of this call is unknown: the agent was interrupted while it ran, and it may have had its effect. Check before you do it again.';
    case 'planned':
    case 'waiting':
      return 'This call was not made.';
    case 'cancelled':
      return 'This call was stopped before it ended; it may have had part of its effect.';
    default:
      return output.length <= maxOutput
        ? output
        : `${output.slice(0, maxOutput)}\n[${output.length - maxOutput} more characters were left out.]`;
  }
}
