import type { EventBody } from '@atelier/contracts/events';
import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import type { MessageId, RunId } from '@atelier/contracts/ids';
import type { MessageDto } from '@atelier/contracts/messages';
import type { Part } from '@atelier/contracts/parts';
import type { RunError, Usage } from '@atelier/contracts/runs';
import type { Clock } from '@atelier/kernel/clock';
import { callModel } from './call-model.ts';
import { type CallRequest, callTools } from './call-tools.ts';
import { type AnyTool, type Model, ModelError, type RunJournal } from './ports.ts';
import { RepetitionGuard } from './repetition-guard.ts';

export interface AgentLimits {
  /** Model calls of one run. */
  readonly steps: number;
  /** A model that sends nothing for this long is given up. */
  readonly stallMs: number;
  /** Tool calls whose arguments are no JSON that the model may correct; one more ends the run. */
  readonly invalidCalls: number;
}

export const defaultLimits: AgentLimits = { steps: 50, stallMs: 120_000, invalidCalls: 2 };

export interface RunAgentInput {
  readonly runId: RunId;
  readonly messageId: MessageId;
  readonly model: Model;
  readonly tools: readonly AnyTool[];
  readonly journal: RunJournal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly system: string;
  /** The messages up to and including the one that is answered. */
  readonly conversation: readonly MessageDto[];
  /** What the answer holds already, after a crash or for "continue". */
  readonly parts: readonly Part[];
  readonly firstStep: number;
  readonly usage: Usage;
  readonly limits?: Partial<AgentLimits>;
}

export interface RunOutcome {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly error: RunError | null;
  readonly usage: Usage;
}

/** One step's place in a run, and how it writes. */
export interface StepContext extends RunAgentInput {
  readonly step: number;
  readonly caps: AgentLimits;
  /** The answer's parts as the log has them. */
  readonly parts: readonly Part[];
  /** Writes durably and keeps `parts` in step. */
  commit(bodies: readonly EventBody[]): Promise<void>;
}

/**
 * The agent's turn: model, tools, model, … until the model asks for no tool, a limit is reached, or somebody stops it.
 * What is thrown is a failure of the journal (`LeaseLostError`) or a bug; everything a provider or tool does wrong is
 * an outcome.
 */
export async function runAgent(input: RunAgentInput): Promise<RunOutcome> {
  const caps = { ...defaultLimits, ...input.limits };
  const answer = new AnswerInProgress(input);
  const guard = new RepetitionGuard();
  let { usage } = input;
  let invalidCalls = 0;

  for (let step = input.firstStep; step < input.firstStep + caps.steps; step += 1) {
    if (input.signal.aborted) return { state: 'cancelled', error: null, usage };
    const context: StepContext = {
      ...input,
      step,
      caps,
      parts: answer.parts,
      commit: (bodies) => answer.commit(bodies),
    };
    let calls: readonly CallRequest[];
    try {
      const reply = await callModel({ ...context, journal: answer });
      calls = reply.calls;
      usage = add(usage, reply.usage);
      await answer.commit([
        { type: 'step.finished', runId: input.runId, messageId: input.messageId, step, usage: reply.usage },
      ]);
    } catch (error) {
      if (input.signal.aborted) return { state: 'cancelled', error: null, usage };
      if (error instanceof ModelError) return { state: 'failed', error: error.error, usage };
      throw error;
    }
    if (calls.length === 0) return { state: 'succeeded', error: null, usage };

    const result = await callTools(context, calls, guard);
    if (input.signal.aborted) return { state: 'cancelled', error: null, usage };
    invalidCalls += result.invalidCalls;
    if (invalidCalls > caps.invalidCalls) return failed('provider.invalid_data', invalidCallsMessage, usage);
    if (result.isStuck) return failed('run.step_limit', stuckMessage, usage);
  }
  return failed(
    'run.step_limit',
    `The agent stopped after ${caps.steps} steps. Send "go on" to let it continue.`,
    usage,
  );
}

const invalidCallsMessage = 'The model kept calling tools with arguments that cannot be read. What it wrote is kept.';
const stuckMessage = 'The agent stopped because it made the same call again and again without getting on.';

function failed(code: RunError['code'], message: string, usage: Usage): RunOutcome {
  return { state: 'failed', error: { code, message, retryable: true }, usage };
}

function add(a: Usage, b: Usage): Usage {
  return { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
}

/** The journal with the answer's parts kept beside it: the next prompt is built from what was written. */
class AnswerInProgress implements RunJournal {
  readonly #journal: RunJournal;
  readonly #clock: Clock;
  #parts: readonly Part[];

  constructor(input: RunAgentInput) {
    this.#journal = input.journal;
    this.#clock = input.clock;
    this.#parts = input.parts;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  delta(body: Parameters<RunJournal['delta']>[0]): Promise<void> | undefined {
    this.#parts = foldParts(this.#parts, body, this.#clock.now().toISOString());
    return this.#journal.delta(body);
  }

  async commit(bodies: readonly EventBody[]): Promise<void> {
    await this.#journal.commit(bodies);
    const at = this.#clock.now().toISOString();
    for (const body of bodies) {
      const event = { ...body, seq: 0, at };
      if (isPartEvent(event)) this.#parts = foldParts(this.#parts, event, at);
    }
  }
}
