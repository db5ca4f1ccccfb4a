import type { ProviderData } from '@atelier/contracts/models';
import type { ToolState } from '@atelier/contracts/parts';
import * as z from 'zod';
import { type PreparedCall, type ToolOutcome, WorkspaceError } from './ports.ts';
import type { RepetitionGuard } from './repetition-guard.ts';
import type { StepContext } from './run-agent.ts';

export interface CallRequest {
  readonly callId: string;
  readonly name: string;
  readonly inputText: string;
  readonly providerData?: ProviderData;
}

export interface CallsResult {
  /** Calls whose arguments were no JSON at all. */
  readonly invalidCalls: number;
  readonly isStuck: boolean;
}

type Prepared =
  | { readonly kind: 'ready'; readonly call: PreparedCall }
  | { readonly kind: 'refused'; readonly reason: string; readonly isInvalidJson: boolean };

/**
 * Runs a step's calls in order. That a call has started is durable before it can have an effect: after a crash it is
 * known to be of unknown outcome, and is not repeated.
 */
export async function callTools(
  context: StepContext,
  calls: readonly CallRequest[],
  guard: RepetitionGuard,
): Promise<CallsResult> {
  let invalidCalls = 0;
  let isStuck = false;
  for (const call of calls) {
    if (context.signal.aborted) break;
    const repetition = guard.note(call.name, call.inputText);
    if (repetition === 'stop') isStuck = true;
    const prepared =
      repetition === 'fine'
        ? prepare(context, call)
        : refuse('You made this very call before, with this result. Do something else.');
    if (prepared.kind === 'refused' && prepared.isInvalidJson) invalidCalls += 1;
    await callOne(context, call, prepared);
  }
  return { invalidCalls, isStuck };
}

function prepare({ tools }: StepContext, call: CallRequest): Prepared {
  const tool = tools.find((candidate) => candidate.name === call.name);
  if (!tool) {
    return refuse(`There is no tool ${call.name}. The tools are: ${tools.map(({ name }) => name).join(', ')}.`);
  }
  let input: unknown;
  try {
    input = JSON.parse(call.inputText === '' ? '{}' : call.inputText);
  } catch {
    return {
      kind: 'refused',
      reason: 'The arguments are not valid JSON. Call the tool again with correct arguments.',
      isInvalidJson: true,
    };
  }
  try {
    return { kind: 'ready', call: tool.prepare(input) };
  } catch (error) {
    if (error instanceof z.ZodError) return refuse(`The arguments do not fit:\n${z.prettifyError(error)}`);
    throw error;
  }
}

function refuse(reason: string): Prepared {
  return { kind: 'refused', reason, isInvalidJson: false };
}

async function callOne(context: StepContext, call: CallRequest, prepared: Prepared): Promise<void> {
  const { messageId, step, commit } = context;
  const { callId, inputText } = call;
  const data = call.providerData ? { providerData: call.providerData } : {};
  const name = call.name.slice(0, 64);
  const title = prepared.kind === 'ready' ? prepared.call.title.slice(0, 200) : name;
  const called = { type: 'tool.called', messageId, step, callId, name, title, inputText, ...data } as const;
  const finished = (state: ToolState, output: string) =>
    ({ type: 'tool.finished', messageId, callId, state, output }) as const;

  if (prepared.kind === 'refused') {
    await commit([called, finished('failed', prepared.reason)]);
    return;
  }
  await commit([called]);
  const outcome = await execute(context, callId, prepared.call);
  if (context.signal.aborted) return;
  await commit([finished(outcome.isError ? 'failed' : 'succeeded', outcome.output)]);
}

async function execute(context: StepContext, callId: string, call: PreparedCall): Promise<ToolOutcome> {
  const { journal, messageId, signal } = context;
  try {
    return await call.execute({
      signal,
      // A lost lease is thrown by the commit that follows; here nobody would catch it.
      emit: (text) =>
        void journal.delta({ type: 'tool.output_delta', messageId, callId, text })?.catch(() => undefined),
    });
  } catch (error) {
    if (signal.aborted) return { output: '', isError: true };
    if (error instanceof WorkspaceError) return { output: error.message, isError: true };
    throw error;
  }
}
