import type { RunError, Usage } from '@atelier/contracts/runs';

/** How much one run may do before it stops and says so. */
export interface AgentLimits {
  /** Model calls. */
  readonly steps: number;
  /** Working time of one worker; what a person is waited for does not count. */
  readonly timeMs: number;
  /** Of input and output together. */
  readonly tokens: number;
  readonly toolCalls: number;
  /** A model that sends nothing for this long is given up. */
  readonly stallMs: number;
  /** Tool calls whose arguments are no JSON that the model may correct; one more ends the run. */
  readonly invalidCalls: number;
}

export const defaultLimits: AgentLimits = {
  steps: 200,
  timeMs: 2 * 3_600_000,
  tokens: 20_000_000,
  toolCalls: 1000,
  stallMs: 120_000,
  invalidCalls: 2,
};

/** What a run has done so far. */
export interface Done {
  readonly steps: number;
  readonly timeMs: number;
  readonly usage: Usage;
  readonly toolCalls: number;
}

/** The limit that has been reached, in words; null: it may go on. */
export function reachedLimit(caps: AgentLimits, done: Done): RunError | null {
  if (done.steps >= caps.steps) return reached('run.step_limit', `${caps.steps} steps`);
  if (done.timeMs >= caps.timeMs) return reached('run.time_limit', `${Math.round(caps.timeMs / 60_000)} minutes`);
  if (done.usage.inputTokens + done.usage.outputTokens >= caps.tokens) {
    return reached('run.token_limit', `${caps.tokens} tokens`);
  }
  if (done.toolCalls >= caps.toolCalls) return reached('run.tool_limit', `${caps.toolCalls} tool calls`);
  return null;
}

function reached(code: RunError['code'], amount: string): RunError {
  return { code, message: `The agent stopped after ${amount}. Send "go on" to let it continue.`, retryable: true };
}
