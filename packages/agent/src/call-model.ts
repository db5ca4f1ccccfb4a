import type { Usage } from '@atelier/contracts/runs';
import type { CallRequest } from './call-tools.ts';
import { type Model, ModelError, type ModelPart, type ModelRequest, type RunJournal } from './ports.ts';
import { buildPrompt } from './prompt.ts';
import type { StepContext } from './run-agent.ts';
import { withStallLimit } from './stall-limit.ts';

const retryDelaysMs = [1000, 2000, 4000] as const;
const maxDelayMs = 60_000;
/** Failures that may pass by themselves. A wrong key or an unknown model does not. */
const passing: readonly string[] = [
  'provider.rate_limited',
  'provider.overloaded',
  'provider.unreachable',
  'provider.stalled',
];

export interface ModelReply {
  readonly calls: readonly CallRequest[];
  readonly usage: Usage;
}

/**
 * One model call, streamed into the journal. Before its first part it is tried up to three times; after that never:
 * what was written is kept and the failure is the run's.
 * @throws ModelError
 */
export async function callModel(context: StepContext & { readonly journal: RunJournal }): Promise<ModelReply> {
  for (let attempt = 1; ; attempt += 1) {
    const progress = { hasStarted: false };
    try {
      return await streamOnce(context, progress);
    } catch (error) {
      const mayRetry = error instanceof ModelError && passing.includes(error.error.code) && !progress.hasStarted;
      const delay = retryDelaysMs[attempt - 1];
      if (!mayRetry || attempt === retryDelaysMs.length || delay === undefined || context.signal.aborted) throw error;
      await announceAndWait(context, attempt, error, delay);
    }
  }
}

async function announceAndWait(
  context: StepContext & { readonly journal: RunJournal },
  attempt: number,
  failure: ModelError,
  delay: number,
): Promise<void> {
  const { runId, messageId, step, clock, signal } = context;
  const delayMs = Math.min(failure.retryAfterMs ?? Math.round(delay * (1 + Math.random() * 0.2)), maxDelayMs);
  const error = {
    ...failure.error,
    message: `${failure.error.message} Trying again in ${Math.ceil(delayMs / 1000)} s.`,
  };
  await context.commit([{ type: 'run.retrying', runId, messageId, step, attempt, delayMs, error }]);
  await clock.sleep(delayMs, signal);
}

async function streamOnce(
  context: StepContext & { readonly journal: RunJournal },
  progress: { hasStarted: boolean },
): Promise<ModelReply> {
  const { model, messageId, step, journal, caps, signal } = context;
  const calls: CallRequest[] = [];
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };
  let isEmpty = true;

  for await (const part of open(model, context, caps.stallMs)) {
    signal.throwIfAborted();
    if (part.type === 'finish') {
      usage = part.usage;
      continue;
    }
    progress.hasStarted = true;
    if (part.type !== 'reasoning') isEmpty = false;
    if (part.type === 'tool_call') {
      // Two calls with one id would be one card: the second gets an id of its own.
      const isTaken = calls.some((call) => call.callId === scoped(part.callId, step));
      const callId = scoped(isTaken ? `${calls.length}-${part.callId}` : part.callId, step);
      calls.push({ ...dataOf(part), callId, name: part.name, inputText: part.inputText });
      continue;
    }
    const pause = journal.delta(toDelta(part, messageId, step));
    if (pause !== undefined) await pause;
  }
  signal.throwIfAborted();
  if (isEmpty) {
    const message = 'The model sent an empty answer.';
    throw new ModelError({ code: 'provider.invalid_data', message, retryable: true });
  }
  return { calls, usage };
}

function open(model: Model, context: StepContext, stallMs: number): AsyncIterable<ModelPart> {
  const { system, conversation, parts, tools, signal } = context;
  const request = (own: AbortSignal): ModelRequest => ({
    system,
    messages: buildPrompt(conversation, parts),
    tools,
    signal: AbortSignal.any([signal, own]),
  });
  return withStallLimit((own) => model.stream(request(own)), stallMs);
}

/** Some servers number their calls from nought in each answer: the step makes the id the only one of its kind. */
function scoped(callId: string, step: number): string {
  return `${step}-${callId}`.slice(0, 200);
}

function toDelta(
  part: Exclude<ModelPart, { type: 'finish' | 'tool_call' }>,
  messageId: StepContext['messageId'],
  step: number,
) {
  switch (part.type) {
    case 'text':
      return { type: 'text.delta', messageId, step, text: part.text } as const;
    case 'reasoning':
      return { type: 'reasoning.delta', messageId, step, text: part.text, ...dataOf(part) } as const;
    case 'tool_input':
      return {
        type: 'tool.input_delta',
        messageId,
        step,
        callId: scoped(part.callId, step),
        name: part.name.slice(0, 64),
        text: part.text,
      } as const;
  }
}

function dataOf({ providerData }: Pick<CallRequest, 'providerData'>): Pick<CallRequest, 'providerData'> {
  return providerData ? { providerData } : {};
}
