import { setTimeout as sleep } from 'node:timers/promises';
import { countWords, type Position } from './position.ts';
import type { Action, Fault } from './script.ts';
import type { CompletionStream } from './wire.ts';

type MidStreamFault = Extract<Fault, { at: number }>;

/** Plays the actions of one request into the stream, with the faults that strike in the middle of it. */
export async function answer(
  stream: CompletionStream,
  position: Position,
  request: { readonly inputTokens: number; readonly wantsUsage: boolean },
): Promise<void> {
  const { actions, lastWord, wordsBefore } = position;
  const faults = actions.flatMap((action) =>
    action.type === 'fault' && 'at' in action.fault && action.fault.at > lastWord ? [action.fault] : [],
  );
  const isResumed = lastWord > wordsBefore;
  let word = wordsBefore;
  let calls = 0;

  for (const action of actions) {
    if (action.type === 'reason' && !isResumed) {
      await paced(action, 0, async (index) => {
        await stream.reasoning(`r${numbered(index)} `);
        return false;
      });
    } else if (action.type === 'say' && !isResumed) {
      for (const piece of action.text.match(/\S+\s*/g) ?? []) await stream.text(piece);
    } else if (action.type === 'tokens') {
      const done = Math.max(0, Math.min(action.count, lastWord - word));
      const first = word;
      word += action.count;
      if (done === action.count) continue;
      const isCut = await playWords(stream, action, { first, done, faults });
      if (isCut) return;
    } else if (action.type === 'tool') {
      const id = `call_${wordsBefore}_${calls}_${Date.now().toString(36)}`;
      await stream.toolCall(calls, { id, name: action.name, argumentsText: action.argumentsText });
      calls += 1;
    }
  }
  const usage = { input: request.inputTokens, output: Math.max(1, countWords(actions)) };
  await stream.finish(calls > 0 ? 'tool_calls' : 'stop', request.wantsUsage ? usage : null);
}

/** True when a fault has ended the stream. */
async function playWords(
  stream: CompletionStream,
  action: Extract<Action, { type: 'tokens' }>,
  at: { readonly first: number; readonly done: number; readonly faults: readonly MidStreamFault[] },
): Promise<boolean> {
  let isCut = false;
  await paced(action, at.done, async (index) => {
    const number = at.first + index;
    const stamp = action.isStamped ? `@${Date.now()}` : '';
    await stream.text(`t${numbered(number)}${stamp}${number % 12 === 0 ? '\n' : ' '}`);
    const fault = at.faults.find((candidate) => candidate.at === number);
    if (fault) {
      isCut = true;
      await strike(stream, fault);
    }
    return isCut;
  });
  return isCut;
}

async function strike(stream: CompletionStream, fault: MidStreamFault): Promise<void> {
  if (fault.type === 'cut') return stream.cut();
  if (fault.type === 'garbage') {
    await stream.garbage();
    return stream.cut();
  }
  while (stream.isOpen) await sleep(50);
}

/** Calls `each` with 1, 2, 3 … at the action's pace until it says that the stream has ended. A late timer does not slow the whole: what is due is sent. */
async function paced(
  action: { readonly count: number; readonly perSecond: number },
  done: number,
  each: (index: number) => Promise<boolean>,
): Promise<void> {
  const startedAt = performance.now();
  for (let index = done + 1; index <= action.count; index += 1) {
    if (action.perSecond > 0) {
      const dueAt = startedAt + ((index - done - 1) * 1000) / action.perSecond;
      const wait = dueAt - performance.now();
      if (wait > 0) await sleep(wait);
    }
    if (await each(index)) return;
  }
}

function numbered(value: number): string {
  return String(value).padStart(6, '0');
}
