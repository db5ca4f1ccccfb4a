import type { Summarised } from '@atelier/contracts/parts';
import type { Usage } from '@atelier/contracts/runs';
import { callModel } from './call-model.ts';
import type { ContextSize } from './context-size.ts';
import type { ModelChain } from './model-chain.ts';
import { ModelError, type RunJournal } from './ports.ts';
import { buildPrompt, buildSystem } from './prompt.ts';
import type { StepContext } from './run-agent.ts';
import { stepOf, type Turn, withoutSummarised } from './summarised.ts';

/** From this part of the window on there has to be room made. */
const fullFrom = 0.8;
/** So much of the window what stays word by word may take. */
const kept = 0.3;
/** And what is to be summed up, so that there is room for the summary. */
const told = 0.9;
/** Of an output that would be too long to be told whole. */
const outputCharacters = 1500;

const instruction =
  'The conversation has become too long to be kept whole. Write down what has to be known to go on with it as if all of it ' +
  'were there: what the person wants and has decided, what was done and found, in which files, what is still to be done, and ' +
  'names, numbers and paths to the letter. Write only that, in the language of the conversation. Call no tools.';

/**
 * Has the model sum up what is oldest, when the prompt has nearly filled its window. Null when there is room, when nothing
 * can be left out, or when the summary did not come about: then the model is asked with what there is. Otherwise what making
 * it took.
 * @param isRefused the provider has just said that it is too long, whatever we think of it.
 */
export async function makeRoom(
  context: StepContext,
  chain: ModelChain,
  size: ContextSize,
  isRefused: boolean,
): Promise<Usage | null> {
  const { runId, messageId, step, signal, commit, conversation, parts } = context;
  if (!isRefused && (chain.model.contextWindow === null || size.isGivenUp)) return null;
  const estimated = size.of(buildSystem(context.system, conversation, parts), buildPrompt(conversation, parts));
  const window = isRefused ? Math.min(chain.model.contextWindow ?? estimated, estimated) : chain.model.contextWindow;
  if (window === null || (!isRefused && estimated <= window * fullFrom)) return null;
  const upTo = cutFor(context, (turns) => size.of('', buildPrompt(turns, [])) <= window * kept);
  if (!upTo) return null;
  const covered = shortened(
    coveredBy(context, upTo),
    (turns) => size.of(context.system, buildPrompt(turns, [])) <= window * told,
  );
  const heard = new Heard();
  try {
    const ask: Turn = { role: 'user', seq: Number.MAX_SAFE_INTEGER, parts: [{ type: 'text', text: instruction }] };
    const asked = {
      ...context,
      conversation: [...covered, ask],
      parts: [],
      tools: [],
      pictures: new Map(),
      journal: heard,
    };
    const { usage, model } = await callModel(asked, chain);
    const text = heard.text.trim();
    if (text === '') {
      await commit([{ type: 'step.finished', runId, messageId, step, usage, model }]);
      context.spending.add(usage);
      return giveUp(size);
    }
    const after = [...parts, { type: 'summary', step, text, upTo } as const];
    const contextTokens = size.of(buildSystem(context.system, conversation, after), buildPrompt(conversation, after));
    await commit([{ type: 'context.summarised', runId, messageId, step, text, upTo, contextTokens, usage, model }]);
    return usage;
  } catch (error) {
    if (error instanceof ModelError && !signal.aborted) return giveUp(size);
    throw error;
  }
}

/** Nobody is asked for a summary again and again: in this run only when a provider insists. */
function giveUp(size: ContextSize): null {
  size.isGivenUp = true;
  return null;
}

/** Where to cut so that what stays fits: between turns, or between steps of an answer that is long itself. */
function cutFor({ conversation, parts }: StepContext, fits: (turns: readonly Turn[]) => boolean): Summarised | null {
  const known = withoutSummarised(conversation, parts);
  const question = known.conversation.at(-1);
  if (!question) return null;
  const steps = [...new Set(known.answer.map(stepOf))].toSorted((a, b) => a - b);
  const answerFrom = (step: number): Turn => ({
    role: 'agent',
    seq: question.seq + 1,
    parts: known.answer.filter((part) => stepOf(part) >= step),
  });
  const [first] = steps;
  if (first === undefined || fits([question, answerFrom(first)])) {
    const answer = first === undefined ? [] : [answerFrom(first)];
    const starts = known.conversation.flatMap(({ role }, index) => (role === 'user' && index > 0 ? [index] : []));
    const start = starts.find((index) => fits([...known.conversation.slice(index), ...answer])) ?? starts.at(-1);
    const before = start === undefined ? undefined : known.conversation[start - 1];
    return before ? { seq: before.seq, step: null } : null;
  }
  const from = steps.find((step) => fits([question, answerFrom(step)])) ?? steps.at(-1) ?? first;
  return from === first ? null : { seq: question.seq - 1, step: steps[steps.indexOf(from) - 1] ?? first };
}

function coveredBy({ conversation, parts }: StepContext, upTo: Summarised): readonly Turn[] {
  const turns = conversation.filter(({ seq }) => seq <= upTo.seq);
  const question = conversation.at(-1);
  if (upTo.step === null || !question) return turns;
  const { step } = upTo;
  // What was summed up before is part of it, whenever that was.
  const done = parts.filter((part) => part.type === 'summary' || stepOf(part) <= step);
  return [...turns, question, { role: 'agent', seq: question.seq + 1, parts: done }];
}

/** What is to be summed up, as far as it can be told: long outputs by their beginnings, and without the oldest if need be. */
function shortened(turns: readonly Turn[], fits: (turns: readonly Turn[]) => boolean): readonly Turn[] {
  if (fits(turns)) return turns;
  let left: readonly Turn[] = turns.map((turn) => ({
    ...turn,
    parts: turn.parts.map((part) =>
      part.type === 'tool' ? { ...part, output: part.output.slice(0, outputCharacters) } : part,
    ),
  }));
  while (left.length > 1 && !fits(left)) left = left.slice(1);
  return left;
}

/** What the model says goes nowhere but into the summary. */
class Heard implements RunJournal {
  text = '';

  delta(body: Parameters<RunJournal['delta']>[0]): undefined {
    if (body.type === 'text.delta') this.text += body.text;
  }

  async commit(): Promise<void> {}
}
