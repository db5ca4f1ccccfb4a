import type { AskedModel } from '@atelier/contracts/models';
import type { RunError, Usage } from '@atelier/contracts/runs';
import type { CallRequest } from './call-request.ts';
import { HeardCall, type Prompt } from './heard-call.ts';
import { type ModelChain, refOf } from './model-chain.ts';
import { ModelSpan, modelAttributes } from './model-span.ts';
import { type Model, ModelError, type ModelPart, type ModelRequest, type RunJournal } from './ports.ts';
import { buildPrompt, buildSystem, isCutOff } from './prompt.ts';
import type { StepContext } from './run-agent.ts';
import { withStallLimit } from './stall-limit.ts';

const retryDelaysMs = [1000, 2000, 4000] as const;
const maxDelayMs = 60_000;
/** A provider that asks for a longer pause than this is left for the next of the chain, when there is one. */
const patienceMs = 10_000;
/** Failures that may pass by themselves. A wrong key or an unknown model does not. */
const passing: readonly RunError['code'][] = [
  'provider.rate_limited',
  'provider.overloaded',
  'provider.unreachable',
  'provider.stalled',
];

export interface ModelReply {
  readonly calls: readonly CallRequest[];
  readonly usage: Usage;
  readonly model: AskedModel;
}

type Context = StepContext & { readonly journal: RunJournal };

/**
 * One answer of a model, streamed into the journal. Before its first part a model is tried up to three times, and then
 * the next of the chain, each told in the log; after that never: what was written is kept and the failure is the run's.
 * @throws ModelError
 */
export async function callModel(context: Context, chain: ModelChain): Promise<ModelReply> {
  for (;;) {
    const { objection } = chain;
    if (objection) {
      await fallBack(context, chain, objection);
      continue;
    }
    const progress = { hasStarted: false };
    try {
      return await tryModel(context, chain, progress);
    } catch (error) {
      const mayFallBack = error instanceof ModelError && !progress.hasStarted && !context.signal.aborted;
      if (!mayFallBack || chain.next === null) throw error;
      await fallBack(context, chain, error.error);
    }
  }
}

async function fallBack(context: Context, chain: ModelChain, error: RunError): Promise<void> {
  const { runId, messageId, step, commit, trace } = context;
  const failed = refOf(chain.model);
  chain.moveOn();
  const span = trace.start('fallback', `fall back to ${chain.model.id}`, {
    attributes: { ...modelAttributes(chain.model), 'atelier.step': step, 'atelier.failed_model': failed.id },
  });
  await commit([{ type: 'run.fell_back', runId, messageId, step, failed, next: refOf(chain.model), error }]);
  span.end({ attributes: { 'atelier.reason': error.code } });
}

async function tryModel(context: Context, chain: ModelChain, progress: { hasStarted: boolean }): Promise<ModelReply> {
  const { model } = chain;
  const { health, signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await attemptOnce(context, model, { progress, attempt });
      health.succeeded(model);
      return reply;
    } catch (error) {
      if (!(error instanceof ModelError) || signal.aborted) throw error;
      health.failed(model, error.error);
      const delay = retryDelaysMs[attempt - 1];
      const mayPass = passing.includes(error.error.code) && !progress.hasStarted;
      if (!mayPass || attempt === retryDelaysMs.length || delay === undefined) throw error;
      const delayMs = Math.min(error.retryAfterMs ?? Math.round(delay * (1 + Math.random() * 0.2)), maxDelayMs);
      if (delayMs > patienceMs && chain.next !== null) throw error;
      await announceAndWait(context, attempt, error.error, delayMs);
    }
  }
}

async function announceAndWait(context: Context, attempt: number, failure: RunError, delayMs: number): Promise<void> {
  const { runId, messageId, step, clock, signal, trace } = context;
  const span = trace.start('retry', 'wait', {
    attributes: { 'atelier.step': step, 'atelier.attempt': attempt, 'atelier.reason': failure.code },
  });
  const error = {
    ...failure,
    message: `${failure.message} Trying again in ${Math.max(1, Math.round(delayMs / 1000))} s.`,
  };
  await context.commit([{ type: 'run.retrying', runId, messageId, step, attempt, delayMs, error }]);
  try {
    await clock.sleep(delayMs, signal);
  } finally {
    span.end({ attributes: { 'atelier.delay_ms': delayMs } });
  }
}

interface Attempt {
  readonly progress: { hasStarted: boolean };
  readonly attempt: number;
}

async function attemptOnce(context: Context, model: Model, { progress, attempt }: Attempt): Promise<ModelReply> {
  const prompt = promptOf(context);
  const span = new ModelSpan(context, model, attempt);
  span.asked(() => [{ role: 'system', text: prompt.system }, ...prompt.messages]);
  const heard = new HeardCall(model, prompt);
  try {
    const calls = await streamOnce(context, open(model, context, prompt), { progress, span, heard });
    const usage = heard.told ?? { inputTokens: 0, outputTokens: 0 };
    span.succeeded(usage, calls.length);
    return { calls, usage, model: refOf(model) };
  } catch (error) {
    const taken = heard.hasBegun ? heard.usage : null;
    span.failed(error, { isAborted: context.signal.aborted, taken });
    if (taken) await countBrokenOff(context, model, taken);
    throw error;
  }
}

/** What a call took that was stopped or broke off counts like that of any other: it is charged for. */
async function countBrokenOff(
  context: Context,
  model: Model,
  { usage, isEstimated }: HeardCall['usage'],
): Promise<void> {
  const { runId, messageId, step } = context;
  await context.commit([
    { type: 'step.finished', runId, messageId, step, usage, model: refOf(model), ...(isEstimated && { isEstimated }) },
  ]);
  context.spending.add(usage);
}

interface Watch {
  readonly progress: { hasStarted: boolean };
  readonly span: ModelSpan;
  readonly heard: HeardCall;
}

async function streamOnce(
  context: Context,
  stream: AsyncIterable<ModelPart>,
  { progress, span, heard }: Watch,
): Promise<readonly CallRequest[]> {
  const { messageId, step, journal, signal } = context;
  const calls: CallRequest[] = [];
  // Who is asked to go on with an answer that was whole already has nothing to add.
  let isEmpty = !isCutOff(context.parts);

  for await (const part of stream) {
    signal.throwIfAborted();
    heard.part(part);
    if (part.type === 'finish') continue;
    progress.hasStarted = true;
    span.part(part);
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
  return calls;
}

function promptOf({ system, conversation, parts, pictures, tools }: StepContext): Prompt {
  return {
    system: buildSystem(system, conversation, parts),
    messages: buildPrompt(conversation, parts, pictures),
    tools,
  };
}

function open(model: Model, { signal, caps }: StepContext, prompt: Prompt): AsyncIterable<ModelPart> {
  const request = (own: AbortSignal): ModelRequest => ({
    ...prompt,
    signal: AbortSignal.any([signal, own]),
  });
  return withStallLimit((own) => model.stream(request(own)), caps.stallMs);
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
