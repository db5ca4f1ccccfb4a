import type { ToolPart, ToolRequest, ToolState } from '@atelier/contracts/parts';
import { type PreparedRequest, prepareCall, refused } from './call-request.ts';
import { type PreparedCall, type ToolOutcome, WorkspaceError } from './ports.ts';
import type { RepetitionGuard } from './repetition-guard.ts';
import type { StepContext } from './run-agent.ts';
import type { Span } from './tracer.ts';
import { startCall } from './turn-span.ts';

/** A person's leave is for now: what is done much later is asked for again. */
const leaveLastsMs = 10 * 60_000;

export interface CallsResult {
  /** Calls whose arguments were no JSON at all. */
  readonly invalidCalls: number;
  readonly isStuck: boolean;
  /** A call waits for a person: those from it on are not made. */
  readonly isWaiting: boolean;
}

/** A call, and what is to become of it. */
type Judged =
  | { readonly part: ToolPart; readonly next: 'make'; readonly call: PreparedCall }
  | { readonly part: ToolPart; readonly next: 'refuse'; readonly reason: string }
  | { readonly part: ToolPart; readonly next: 'ask'; readonly request: ToolRequest }
  | { readonly part: ToolPart; readonly next: 'wait' };

/**
 * Makes a step's calls in order, up to the first that waits for a person; all that have to be asked for are asked for
 * at once. That a call has started is durable before it can have an effect: after a crash it is known to be of unknown
 * outcome, and is not repeated.
 */
export async function callTools(
  context: StepContext,
  parts: readonly ToolPart[],
  guard: RepetitionGuard,
): Promise<CallsResult> {
  const { messageId, tools, signal, commit } = context;
  let invalidCalls = 0;
  let isStuck = false;
  const judged: Judged[] = [];
  for (const part of parts) {
    const repetition = part.decision ? 'fine' : guard.note(part.name, part.inputText);
    if (repetition === 'stop') isStuck = true;
    const prepared = prepareCall(tools, part);
    // Counted also where it is the same call once more: else who repeats itself would be told for ever.
    if (prepared.kind === 'refused' && prepared.isInvalidJson) invalidCalls += 1;
    const repeated = refused('You made this very call before, with this result. Do something else.');
    judged.push(await judge(context, part, repetition === 'fine' ? prepared : repeated));
  }

  const asked = judged.filter((item) => item.next === 'ask');
  if (asked.length > 0) {
    await commit(
      asked.map(({ part, request }) => ({ type: 'tool.requested', messageId, callId: part.callId, request })),
    );
  }
  for (const item of judged) {
    if (signal.aborted) break;
    if (item.next === 'ask' || item.next === 'wait') return { invalidCalls, isStuck, isWaiting: true };
    if (item.next === 'refuse') await writeRefusal(context, item.part, item.reason);
    else await makeCall(context, item.part, item.call);
  }
  return { invalidCalls, isStuck, isWaiting: false };
}

async function judge(context: StepContext, part: ToolPart, prepared: PreparedRequest): Promise<Judged> {
  const { approvals, clock } = context;
  if (prepared.kind === 'refused') return { part, next: 'refuse', reason: prepared.reason };
  const { call, tool } = prepared;
  const verdict = await approvals.judge({ name: tool.name, input: call.input, effect: tool.effect });
  if (verdict.kind === 'deny') return { part, next: 'refuse', reason: verdict.reason };
  // Asked already, by a worker that was lost before it could lay the run down.
  if (part.state === 'waiting') return { part, next: 'wait' };
  const now = clock.now();
  const expiresAt = approvals.expiryOf(now).toISOString();
  if (call.question) return { part, next: 'ask', request: { kind: 'question', question: call.question, expiresAt } };
  if (verdict.kind === 'allow' || hasLeave(part, now)) return { part, next: 'make', call };
  return { part, next: 'ask', request: { kind: 'approval', reason: verdict.reason, expiresAt } };
}

function hasLeave({ decision }: ToolPart, now: Date): boolean {
  return decision?.kind === 'approved' && now.getTime() - Date.parse(decision.at) <= leaveLastsMs;
}

function calledEntry({ messageId }: StepContext, part: ToolPart) {
  const { step, callId, name, title, inputText, providerData } = part;
  const data = providerData ? { providerData } : {};
  return { type: 'tool.called', messageId, step, callId, name, title, inputText, ...data } as const;
}

function finishedEntry({ messageId }: StepContext, { callId }: ToolPart, state: ToolState, output: string) {
  return { type: 'tool.finished', messageId, callId, state, output } as const;
}

async function writeRefusal(context: StepContext, part: ToolPart, reason: string): Promise<void> {
  await context.commit([calledEntry(context, part), finishedEntry(context, part, 'failed', reason)]);
}

async function makeCall(context: StepContext, part: ToolPart, call: PreparedCall): Promise<void> {
  const span = startCall(context.trace, part);
  span.content(() => ({ 'gen_ai.tool.call.arguments': part.inputText }));
  try {
    await makeTracedCall(context, part, { call, span });
  } catch (error) {
    span.end({ errorType: '_OTHER' });
    throw error;
  }
}

interface TracedCall {
  readonly call: PreparedCall;
  readonly span: Span;
}

async function makeTracedCall(context: StepContext, part: ToolPart, { call, span }: TracedCall): Promise<void> {
  const { signal, commit } = context;
  const title = part.decision?.isEdited ? call.title.slice(0, 200) : part.title;
  await commit([calledEntry(context, { ...part, title })]);
  const outcome = await execute(context, part.callId, { call, span });
  if (signal.aborted) return span.end({ errorType: 'cancelled' });
  const state = outcome.isError ? 'failed' : 'succeeded';
  await commit([finishedEntry(context, part, state, outcome.output)]);
  span.content(() => ({ 'gen_ai.tool.call.result': outcome.output }));
  span.end({ attributes: { 'atelier.tool.state': state }, errorType: outcome.isError ? 'tool_error' : undefined });
}

async function execute(context: StepContext, callId: string, { call, span }: TracedCall): Promise<ToolOutcome> {
  const { journal, messageId, signal, spending } = context;
  try {
    return await call.execute({
      signal,
      spending,
      trace: span,
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
