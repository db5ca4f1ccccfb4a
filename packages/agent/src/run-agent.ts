import { addUsage } from '@atelier/contracts/add-usage';
import type { EventBody } from '@atelier/contracts/events';
import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { MessageId, RunId } from '@atelier/contracts/ids';
import type { Part, ToolPart } from '@atelier/contracts/parts';
import type { RunError, Usage } from '@atelier/contracts/runs';
import type { Clock } from '@atelier/kernel/clock';
import { type AgentLimits, defaultLimits, reachedLimit } from './agent-limits.ts';
import { callModel, type ModelReply } from './call-model.ts';
import { plannedEntries, undone } from './call-request.ts';
import { callTools } from './call-tools.ts';
import { ContextSize } from './context-size.ts';
import { makeRoom } from './make-room.ts';
import { ModelChain } from './model-chain.ts';
import { bringPictures, type Pictures, readPictures } from './pictures.ts';
import {
  type AnyTool,
  type Approvals,
  type Attachments,
  type Budget,
  type Model,
  ModelError,
  type ModelHealth,
  type RunJournal,
  type Spending,
  type Steering,
} from './ports.ts';
import { buildPrompt, buildSystem } from './prompt.ts';
import { RepetitionGuard } from './repetition-guard.ts';
import type { Turn } from './summarised.ts';
import { noTracing, type Span, type Tracer } from './tracer.ts';
import { endTurn, startTurn, tellLostCalls, tellWaits } from './turn-span.ts';

export interface RunAgentInput {
  readonly runId: RunId;
  readonly messageId: MessageId;
  /** In the order they are tried. */
  readonly models: readonly [Model, ...Model[]];
  readonly health: ModelHealth;
  readonly budget: Budget;
  readonly approvals: Approvals;
  readonly tools: readonly AnyTool[];
  readonly journal: RunJournal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly system: string;
  /** The messages up to and including the one that is answered. */
  readonly conversation: readonly Turn[];
  readonly attachments: Attachments;
  /** Where nothing can be said in between it is left out. */
  readonly steering?: Steering;
  /** What the answer holds already, after a crash or for "continue". */
  readonly parts: readonly Part[];
  readonly firstStep: number;
  readonly usage: Usage;
  readonly limits?: Partial<AgentLimits>;
  readonly tracer?: Tracer;
  /** It was laid down for a person, who has decided since. */
  readonly hasWaited?: boolean;
  /** Calls during which an earlier worker was lost. */
  readonly lostCalls?: readonly ToolPart[];
  /** What is not as it was meant to be: each kind is said once in the answer. */
  readonly notices?: readonly RunNotice[];
}

/** Others answer than were chosen, or tools that the agent should have are not there. */
export interface RunNotice {
  readonly kind: 'model_gone' | 'tools_gone';
  readonly text: string;
}

export interface RunOutcome {
  /** `waiting` for a person: whoever goes on with it later finds what is to be done in the parts. */
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'waiting';
  readonly error: RunError | null;
  readonly usage: Usage;
}

/** One step's place in a run, and how it writes. */
export interface StepContext extends RunAgentInput {
  readonly step: number;
  readonly caps: AgentLimits;
  /** The turn's span: what is done in the step is part of it. */
  readonly trace: Span;
  readonly pictures: Pictures;
  /** The answer's parts as the log has them. */
  readonly parts: readonly Part[];
  readonly spending: Spending;
  /** Writes durably and keeps `parts` in step. */
  commit(bodies: readonly EventBody[]): Promise<void>;
}

/**
 * The agent's turn: model, tools, model, … until the model asks for no tool and nobody has said anything in between, a limit
 * is reached, a person has to decide, or somebody stops it. It begins with the calls that an earlier worker left undone. What is thrown is a failure of the
 * journal (`LeaseLostError`) or a bug; everything a provider or tool does wrong is an outcome.
 */
export async function runAgent(input: RunAgentInput): Promise<RunOutcome> {
  const turn = startTurn(input.tracer ?? noTracing, input);
  tellWaits(turn, input);
  tellLostCalls(turn, input);
  try {
    const outcome = await takeTurn(input, turn);
    endTurn(turn, outcome);
    return outcome;
  } catch (error) {
    turn.end({ errorType: '_OTHER' });
    throw error;
  }
}

async function takeTurn(input: RunAgentInput, trace: Span): Promise<RunOutcome> {
  const { runId, messageId, clock, signal } = input;
  const caps = { ...defaultLimits, ...input.limits };
  const answer = new AnswerInProgress(input);
  const guard = new RepetitionGuard();
  const chain = new ModelChain(input.models, input.health);
  let pictures = await readPictures(allTurns(input, answer.parts), input.attachments);
  const size = new ContextSize();
  const startedAt = clock.now().getTime();
  let { usage } = input;
  let invalidCalls = 0;
  let steps = 0;
  const ended = (state: RunOutcome['state'], error: RunError | null = null) => ({ state, error, usage });
  const toolCalls = () => answer.parts.filter((part) => part.type === 'tool').length;
  const toolCallsBefore = toolCalls();
  const spending: Spending = {
    total: () => usage,
    add(more) {
      usage = addUsage(usage, more);
    },
  };

  let calls = undone(answer.parts);
  /** The model has said what it had to say: the run goes on only for what somebody says in between. */
  let isAnswered = false;
  for (let step = calls[0]?.step ?? input.firstStep; ; step += 1) {
    if (signal.aborted) return ended(isAnswered ? 'succeeded' : 'cancelled');
    const context = (): StepContext => ({
      ...input,
      step,
      caps,
      trace,
      pictures,
      spending,
      parts: answer.parts,
      journal: answer,
      commit: (bodies) => answer.commit(bodies),
    });
    for (const notice of input.notices ?? []) await sayOnce(context(), notice);
    if (calls.length === 0) {
      const done = {
        steps,
        timeMs: clock.now().getTime() - startedAt,
        usage,
        toolCalls: toolCalls() - toolCallsBefore,
      };
      const limit = reachedLimit(caps, done) ?? (await overspent(context(), usage));
      // What is not taken is answered by a run of its own.
      if (limit) return isAnswered ? ended('succeeded') : ended('failed', limit);
      try {
        const said = await answer.takeSteering(step);
        if (isAnswered && said.length === 0) return ended('succeeded');
        if (bringPictures(said)) pictures = await readPictures(allTurns(input, answer.parts), input.attachments);
        steps += 1;
        const reply = await askWithRoom(context, chain, size);
        usage = addUsage(usage, reply.usage);
        await answer.commit([
          { type: 'step.finished', runId, messageId, step, usage: reply.usage, model: reply.model },
          ...plannedEntries(context(), reply.calls),
        ]);
      } catch (error) {
        if (signal.aborted) return ended('cancelled');
        if (error instanceof ModelError) return ended('failed', error.error);
        throw error;
      }
      calls = undone(answer.parts);
      isAnswered = calls.length === 0;
      if (isAnswered && !(await isWaiting(input))) return ended('succeeded');
      if (isAnswered) continue;
    }

    const result = await callTools(context(), calls, guard);
    if (signal.aborted) return ended('cancelled');
    if (result.isWaiting) return ended('waiting');
    invalidCalls += result.invalidCalls;
    if (invalidCalls > caps.invalidCalls) return ended('failed', invalidCallsError);
    if (result.isStuck) return ended('failed', stuckError);
    calls = [];
  }
}

function allTurns({ conversation }: RunAgentInput, answer: readonly Part[]): readonly Turn[] {
  return [...conversation, { role: 'agent', seq: Number.MAX_SAFE_INTEGER, parts: [...answer] }];
}

/** Whether somebody has said something in between. */
async function isWaiting({ steering, signal }: RunAgentInput): Promise<boolean> {
  return steering !== undefined && !signal.aborted && (await steering.isWaiting());
}

/** A model's answer, after room was made in its window where it was nearly full, or where it says that it is. */
async function askWithRoom(context: () => StepContext, chain: ModelChain, size: ContextSize): Promise<ModelReply> {
  const make = async (isRefused: boolean) => {
    const taken = await makeRoom(context(), chain, size, isRefused);
    if (taken) context().spending.add(taken);
    return taken !== null;
  };
  await make(false);
  try {
    return await callAndNote(context(), chain, size);
  } catch (error) {
    const isTooLong = error instanceof ModelError && error.error.code === 'provider.context_too_long';
    if (!isTooLong || context().signal.aborted || !(await make(true))) throw error;
    return await callAndNote(context(), chain, size);
  }
}

async function callAndNote(context: StepContext, chain: ModelChain, size: ContextSize): Promise<ModelReply> {
  const { conversation, parts } = context;
  const reply = await callModel(context, chain);
  if (chain.model.contextWindow === null) return reply;
  size.note(
    buildSystem(context.system, conversation, parts),
    buildPrompt(conversation, parts),
    reply.usage.inputTokens,
  );
  return reply;
}

/** What is left of the money, said once in a run when it runs low. Null: there is some. */
async function overspent(context: StepContext, spent: Usage) {
  const state = await context.budget.check(spent);
  if (state.kind === 'spent') return state.error;
  if (state.kind === 'warning') await sayOnce(context, { kind: 'budget', text: state.text });
  return null;
}

/** One notice of its kind in an answer, whoever goes on with it. */
async function sayOnce(
  context: StepContext,
  { kind, text }: { readonly kind: RunNotice['kind'] | 'budget'; readonly text: string },
): Promise<void> {
  const { runId, messageId, step, parts, commit } = context;
  if (parts.some((part) => part.type === 'notice' && part.kind === kind)) return;
  await commit([{ type: 'run.noticed', runId, messageId, step, kind, text }]);
}

const invalidCallsError: RunError = {
  code: 'provider.invalid_data',
  message: 'The model kept calling tools with arguments that cannot be read. What it wrote is kept.',
  retryable: true,
};
const stuckError: RunError = {
  code: 'run.step_limit',
  message: 'The agent stopped because it made the same call again and again without getting on.',
  retryable: true,
};

/** The journal with the answer's parts kept beside it: the next prompt is built from what was written. */
class AnswerInProgress implements RunJournal {
  readonly #journal: RunJournal;
  readonly #clock: Clock;
  readonly #steering: Steering | undefined;
  #parts: readonly Part[];

  constructor(input: RunAgentInput) {
    this.#journal = input.journal;
    this.#clock = input.clock;
    this.#steering = input.steering;
    this.#parts = input.parts;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  delta(body: Parameters<RunJournal['delta']>[0]): Promise<void> | undefined {
    this.#parts = foldParts(this.#parts, body, this.#clock.now().toISOString());
    return this.#journal.delta(body);
  }

  /** What people said in between becomes part of the answer, before this step. Returns what was added. */
  async takeSteering(step: number): Promise<readonly Part[]> {
    const before = this.#parts.length;
    this.#fold((await this.#steering?.take(step)) ?? []);
    return this.#parts.slice(before);
  }

  async commit(bodies: readonly EventBody[]): Promise<void> {
    await this.#journal.commit(bodies);
    this.#fold(bodies);
  }

  #fold(bodies: readonly EventBody[]): void {
    const at = this.#clock.now().toISOString();
    for (const body of bodies) {
      const event = { ...body, seq: 0, at };
      if (isPartEvent(event)) this.#parts = foldParts(this.#parts, event, at);
    }
  }
}
