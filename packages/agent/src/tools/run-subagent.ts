import type { EventBody } from '@atelier/contracts/events';
import { foldParts, isPartEvent } from '@atelier/contracts/fold-parts';
import { type MessageId, messageId as parseMessageId, type RunId } from '@atelier/contracts/ids';
import { type MessageDto, messageDto } from '@atelier/contracts/messages';
import type { Part } from '@atelier/contracts/parts';
import type { Clock } from '@atelier/kernel/clock';
import { newId } from '@atelier/kernel/ids';
import * as z from 'zod';
import type { AgentLimits } from '../agent-limits.ts';
import { defineTool } from '../define-tool.ts';
import type { AnyTool, Approvals, Attachments, Budget, Model, ModelHealth, RunJournal, ToolContext } from '../ports.ts';
import { type RunOutcome, runAgent } from '../run-agent.ts';

const name = 'run_subagent';

/** A sub-agent is a helper: it does less than who called it. */
const smaller: Partial<AgentLimits> = { steps: 40, timeMs: 20 * 60_000, tokens: 2_000_000, toolCalls: 150 };

/** A person is asked by the agent that they talk to, the list they see is its own, and what it decides it decides itself. */
const notForSubagents: readonly string[] = [name, 'ask_user', 'update_todos', 'verdict'];

const input = z.strictObject({ goal: z.string().trim().min(1).max(20_000) });

export const subagentTool = {
  name,
  description:
    'Has a sub-agent reach a goal in the same workspace, with a context of its own, and gives you its last words. It knows nothing of this conversation: say all that it needs in the goal, and what to answer. It cannot ask anybody, nor do what needs leave.',
  effect: 'ask',
} as const;

export interface SubagentOptions {
  readonly runId: RunId;
  readonly messageId: MessageId;
  readonly models: readonly [Model, ...Model[]];
  readonly health: ModelHealth;
  readonly budget: Budget;
  readonly approvals: Approvals;
  /** Those of the agent that calls it. */
  readonly tools: readonly AnyTool[];
  readonly attachments: Attachments;
  readonly clock: Clock;
  readonly system: string;
  /** Those of the agent that calls it, where they differ from the usual. */
  readonly limits?: Partial<AgentLimits>;
  /** Keeps what its model calls took, as each ends: a worker that dies takes nothing along. */
  readonly count?: (step: StepEnd) => Promise<void>;
}

export type StepEnd = Extract<EventBody, { type: 'step.finished' }>;

/**
 * The agent's loop once more, in memory: a fresh context, the same tools, rules, money and signal. It is one level deep, for
 * a sub-agent has no such tool, and it never waits for a person: what would have to be asked for is refused.
 */
export function runSubagent(options: SubagentOptions): AnyTool {
  return defineTool({
    ...subagentTool,
    input,
    title: ({ goal }) => `Sub-agent: ${goal.replace(/\s+/g, ' ').slice(0, 120)}`,
    async execute({ goal }, context) {
      const answer = new SpokenAnswer(context, options);
      const outcome = await runAgent({
        ...options,
        tools: options.tools.filter((tool) => !notForSubagents.includes(tool.name)),
        approvals: withoutAsking(options.approvals),
        // What it has spent is part of what the run has spent, by then.
        budget: { check: (spent) => options.budget.check(context.spending?.total() ?? spent) },
        journal: answer,
        signal: context.signal,
        conversation: [question(goal, options.clock)],
        parts: [],
        firstStep: 0,
        usage: { inputTokens: 0, outputTokens: 0 },
        limits: { ...options.limits, ...smaller },
        ...(context.trace ? { tracer: context.trace } : {}),
      });
      return told(outcome, answer.lastWords);
    },
  });
}

function told({ state, error }: RunOutcome, words: string) {
  if (state === 'succeeded') return { output: words === '' ? 'The sub-agent ended without a word.' : words };
  const why = error?.message ?? 'It was stopped.';
  return {
    output: words === '' ? `The sub-agent failed: ${why}` : `${words}\n\nThe sub-agent failed: ${why}`,
    isError: true,
  };
}

function withoutAsking(approvals: Approvals): Approvals {
  return {
    async judge(call) {
      const verdict = await approvals.judge(call);
      if (verdict.kind !== 'ask') return verdict;
      const reason = 'This needs leave, and a sub-agent cannot ask for it. Do without, and say so in your answer.';
      return { kind: 'deny', reason };
    },
    expiryOf: (now) => approvals.expiryOf(now),
  };
}

function question(goal: string, clock: Clock): MessageDto {
  return messageDto.parse({
    id: parseMessageId.parse(newId()),
    parentId: null,
    role: 'user',
    author: null,
    seq: 0,
    createdAt: clock.now().toISOString(),
    parts: [{ type: 'text', text: goal }],
    run: null,
    isSuperseded: false,
  });
}

/** What a sub-agent writes: kept nowhere, and streamed as the output of the call. Its usage counts as the run's. */
class SpokenAnswer implements RunJournal {
  readonly #context: ToolContext;
  readonly #options: SubagentOptions;
  #parts: readonly Part[] = [];

  constructor(context: ToolContext, options: SubagentOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** The text of the last step that has any. */
  get lastWords(): string {
    const texts = this.#parts.filter((part) => part.type === 'text' && part.text.trim() !== '');
    const last = texts.at(-1);
    return last?.type === 'text' ? last.text.trim() : '';
  }

  delta(body: Parameters<RunJournal['delta']>[0]): undefined {
    this.#parts = foldParts(this.#parts, body, this.#options.clock.now().toISOString());
    if (body.type === 'text.delta') this.#context.emit(body.text);
  }

  async commit(bodies: Parameters<RunJournal['commit']>[0]): Promise<void> {
    const at = this.#options.clock.now().toISOString();
    for (const body of bodies) {
      const event = { ...body, seq: 0, at };
      if (isPartEvent(event)) this.#parts = foldParts(this.#parts, event, at);
      if (body.type === 'step.finished') {
        await this.#options.count?.(body);
        this.#context.spending?.add(body.usage);
      }
      if (body.type === 'tool.called') this.#context.emit(`\n${body.title || body.name}\n`);
    }
  }
}
